using System.Text;
using Microsoft.Extensions.Configuration;
using Sovereignty.AuditService.Checkpoints;
using Sovereignty.AuditService.Drill;
using Sovereignty.AuditService.Witnessing;
using Sovereignty.Testing;
using Sovereignty.TransparencyLog;
using Sovereignty.TransparencyLog.Policy;
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
    public async Task Witnesses_refuse_the_fork_and_the_running_log_is_cosigned_as_before()
    {
        await using var log = await Filled(300);
        await using var witnesses = await Witnesses.Start(log);
        using var client = new WitnessClient(TimeSpan.FromSeconds(5));
        var newest = SignedNote.Parse(Encoding.UTF8.GetBytes(new CheckpointFile(log.Options.EffectiveCheckpointFile).Read().Last()))!;
        foreach (var witness in TlogPolicy.Parse(await File.ReadAllBytesAsync(log.Options.PolicyFile)).Witnesses)
        {
            Assert.IsType<Cosigned>(await client.Submit(witness, 0, [], newest, default));
        }

        var held = await HeldCheckpoint.OfWitnesses(log.Options.PolicyFile, log.Options.Origin, default);
        await witnesses.Stop("regulator");
        var attempts = await Drill(log, held, "fork with the stolen signing key");

        Assert.Equal(
            ["operator-1 (witness) refused with 422", "customer-1 (witness) refused with 422", "regulator-1 (witness)"],
            attempts.Single(attempt => attempt.Identity == Identity.Superuser).Controls);
        Assert.Equal(2, (await HeldCheckpoint.OfWitnesses(log.Options.PolicyFile, log.Options.Origin, default)).Count);

        // What they keep of it is no proof against the log, and they cosign what continues it.
        Assert.Equal((1, 0), (witnesses.Evidence("operator"), witnesses.Evidence("operator", "forks")));
        log.Options.CheckpointFile = "";
        await using var service = await TestService.Start(log);
        await log.AppendMessages(1, from: 1_000);
        await log.CheckpointSigner().Sign(default);
        var standing = service.Get<CheckpointWitnessing>();
        await Eventually.True(() => standing.Witnesses.Count(witness => witness.Held == 301) == 2, "the running log is cosigned");
        Assert.All(standing.Witnesses, witness => Assert.Null(witness.Refusal));
        Assert.Equal(0, await log.Count("refusals"));
    }

    private async Task<TestLog> Filled(int entries)
    {
        var log = await TestLog.Create(server);
        foreach (var part in new[] { entries * 4 / 5, entries / 5 })
        {
            var from = (int)await log.Count("entries");
            log.Store().Append([.. Enumerable.Range(from, part).Select(i => log.Sealer.Prepare(TestLog.Numbered(i)))], default);
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
