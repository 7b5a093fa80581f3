using Microsoft.Extensions.Configuration;
using Sovereignty.AuditService.Verification;

namespace Sovereignty.AuditService.Tests;

[Collection(OnPostgres.Name)]
public sealed class VerifyCommandTests(PostgresServer server)
{
    [Fact]
    public async Task The_exit_code_is_the_verdict_and_nothing_else_is_called_invalid()
    {
        await using var log = await TestLog.Create(server);
        await log.AppendMessages(30);
        await log.CheckpointSigner().Sign(default);
        var damaged = Path.Combine(log.Folder, "damaged");
        await File.WriteAllTextAsync(damaged, "no key");

        Assert.Equal(0, await Run(log));
        Assert.Equal(0, await Run(log, arguments: "--json"));
        Assert.Equal(64, await Run(log, arguments: "--yaml"));
        Assert.Equal(64, await Run(log, ("Audit:Origin", "")));
        Assert.Equal(69, await Run(log, ("Audit:SigningKeyFile", Path.Combine(log.Folder, "none"))));
        Assert.Equal(69, await Run(log, ("Audit:SigningKeyFile", damaged)));
        Assert.Equal(69, await Run(log, ("Audit:MasterKey", "none")));
        Assert.Equal(69, await Run(log, ("ConnectionStrings:database-read", "Host=127.0.0.1;Port=1;Username=audit_read;Database=audit")));
        Assert.Equal(69, await Run(log, ("ConnectionStrings:database-read", server.Login("audit_read", "nowhere"))));
        Assert.Equal(69, await Run(log, ("ConnectionStrings:database-read", "Colour=red")));
        Assert.Equal(3, await Run(log, ("ConnectionStrings:database-read", server.Login("audit_read", "postgres"))));

        await log.Tamper("DELETE FROM audit.entries WHERE index >= 20");
        Assert.Equal(3, await Run(log));
        await log.Tamper("DELETE FROM audit.entries WHERE index = 10");
        Assert.Equal(2, await Run(log));
        await log.Tamper("UPDATE audit.search SET tenant = 'globex' WHERE index = 5");
        Assert.Equal(1, await Run(log));
    }

    private static Task<int> Run(TestLog log, (string Name, string Value)? setting = null, params string[] arguments)
    {
        var settings = new Dictionary<string, string?>
        {
            ["ConnectionStrings:database-read"] = log.Server.Login("audit_read", log.DatabaseName),
            ["Audit:Origin"] = log.Options.Origin,
            ["Audit:KeyFolder"] = log.Options.KeyFolder,
            ["Audit:MasterKey"] = log.Options.MasterKey,
            ["Audit:SigningKeyFile"] = log.Options.SigningKeyFile,
        };
        if (setting is var (name, value))
        {
            settings[name] = value;
        }

        return VerifyCommand.Run(new ConfigurationBuilder().AddInMemoryCollection(settings).Build(), arguments, TextWriter.Null, TextWriter.Null, default);
    }
}
