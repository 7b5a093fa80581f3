using System.Diagnostics;
using System.Text.Json;

namespace Sovereignty.Cli;

/// <summary>Runs AuditService's drill as a process of its own, with a superuser's rights: only that one may clone the database.</summary>
internal static class AuditDrill
{
    private const int Unavailable = 69;

    public static async Task<int> Start(string[] arguments)
    {
        var platform = Platform.Load();
        var state = Platform.StateFolder;
        var secrets = JsonSerializer.Deserialize<Dictionary<string, string>>(await File.ReadAllTextAsync(Path.Combine(state, "secrets.json")))!;
        var policy = Path.Combine(state, "audit-policy");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [AuditVerifier.Service(), "drill", .. arguments])
        {
            Environment =
            {
                ["ConnectionStrings__admin"] = Platform.ToNpgsql(platform.Dsn["postgres"]),
                ["ConnectionStrings__database"] = Platform.ToNpgsql(platform.Dsn["audit_append"]),
                ["ConnectionStrings__database-read"] = Platform.ToNpgsql(platform.Dsn["audit_read"]),
                ["Audit__KeyFolder"] = Path.Combine(state, "audit-keys"),
                ["Audit__SigningKeyFile"] = Path.Combine(state, "audit-signing.seed"),
                ["Audit__Origin"] = "sovereignty.local/audit-log",
                ["Audit__PolicyFile"] = File.Exists(policy) ? policy : "",
                ["AUDIT__MASTERKEY"] = secrets["audit-master-key"],
            },
        })!;
        await process.WaitForExitAsync();
        if (process.ExitCode == Unavailable)
        {
            await Console.Error.WriteLineAsync("The platform has to run: ./sov up");
        }

        return process.ExitCode;
    }
}
