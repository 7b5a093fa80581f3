using Microsoft.Extensions.Configuration;
using Sovereignty.AuditService.Drill;
using Sovereignty.TransparencyLog.Verification;
using Xunit.Abstractions;

namespace Sovereignty.AuditService.Tests;

[Collection(OnPostgres.Name)]
public sealed class DrillTests(PostgresServer server, ITestOutputHelper told)
{
    [Fact]
    public async Task Every_tampering_on_a_clone_is_caught_and_the_running_log_is_as_it_was()
    {
        await using var log = await Filled(300);
        var output = new StringWriter();
        var error = new StringWriter();

        var code = await DrillCommand.Run(Configuration(log), [], output, error);

        told.WriteLine(output.ToString());
        Assert.True(code == 0, $"{output}{error}");
        Assert.Equal(0, await log.Scalar<long>("SELECT count(*) FROM pg_database WHERE datname LIKE 'drill%'"));
        Assert.Equal(LogVerdict.Valid, (await log.Verify()).Verdict);
        Assert.DoesNotContain("NOT CAUGHT", output.ToString());
        Assert.DoesNotContain("not tried", output.ToString());

        // Each control has a name.
        Assert.DoesNotContain("  verification", output.ToString());
        Assert.DoesNotContain("  database", output.ToString());
    }

    [Fact]
    public async Task A_fork_with_the_stolen_key_is_not_caught_where_nobody_else_holds_a_checkpoint()
    {
        await using var log = await Filled(300);

        var attempts = await Drill(log, held: [], "fork with the stolen signing key", "roll back, checkpoint file too", "roll back to a backup");

        Assert.Equal(
            ["fork with the stolen signing key", "roll back, checkpoint file too"],
            attempts.Where(attempt => !attempt.Caught).Select(attempt => attempt.Tampering).Order());
        Assert.All(attempts.Where(attempt => !attempt.Caught), attempt => Assert.Equal(Identity.Superuser, attempt.Identity));
        Assert.Equal(["checkpoint outside"], attempts.Single(attempt => attempt is { Tampering: "roll back to a backup", Identity: Identity.Superuser }).Controls);
    }

    [Fact]
    public async Task With_witnesses_it_is_they_who_catch_the_fork()
    {
        await using var log = await Filled(300);
        await using var witness = await ServedCheckpoint.Start(log);
        var policy = Path.Combine(log.Folder, "policy");
        await File.WriteAllTextAsync(policy, $"log {log.Signer.Verifier}\nwitness customer {witness.Verifier} {witness.Url}\nquorum customer\n");

        var held = await HeldCheckpoint.OfWitnesses(policy, log.Options.Origin, default);
        var attempts = await Drill(log, held, "fork with the stolen signing key");

        Assert.Equal(["customer (witness)"], attempts.Single(attempt => attempt.Identity == Identity.Superuser).Controls);
        await witness.DisposeAsync();
        Assert.Empty(await HeldCheckpoint.OfWitnesses(policy, log.Options.Origin, default));
    }

    private async Task<TestLog> Filled(int entries)
    {
        var log = await TestLog.Create(server);
        foreach (var part in new[] { entries * 4 / 5, entries / 5 })
        {
            var from = (int)await log.Count("entries");
            await log.Store().Append([.. Enumerable.Range(from, part).Select(i => log.Sealer.Prepare(TestLog.Numbered(i)))], default);
            await log.Index();
            await log.CheckpointSigner().Sign(default);
        }

        return log;
    }

    private async Task<IReadOnlyList<Attempt>> Drill(TestLog log, IReadOnlyList<HeldCheckpoint> held, params string[] names)
    {
        // Only a database that nobody uses can be a template.
        foreach (var source in new[] { log.Append, log.Read, log.Superuser, log.Database.Append, log.Database.Read })
        {
            source.Clear();
        }

        var ground = new DrillGround(server.Superuser(), server.Login("audit_append", log.DatabaseName), server.Login("audit_read", log.DatabaseName), log.DatabaseName);
        var options = log.Options;
        options.CheckpointFile = options.EffectiveCheckpointFile;
        return await new LogDrill(ground, options, held).Run(log.DatabaseName, null, default, [.. Tamperings.All.Where(tampering => names.Contains(tampering.Name))]);
    }

    private static IConfiguration Configuration(TestLog log) => new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
    {
        ["ConnectionStrings:admin"] = log.Server.Superuser(),
        ["ConnectionStrings:database"] = log.Server.Login("audit_append", log.DatabaseName),
        ["ConnectionStrings:database-read"] = log.Server.Login("audit_read", log.DatabaseName),
        ["Audit:Origin"] = log.Options.Origin,
        ["Audit:KeyFolder"] = log.Options.KeyFolder,
        ["Audit:MasterKey"] = log.Options.MasterKey,
        ["Audit:SigningKeyFile"] = log.Options.SigningKeyFile,
    }).Build();
}
