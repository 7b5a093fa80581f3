using System.Diagnostics;
using System.Text.Json;

namespace Sovereignty.Cli;

/// <summary>Runs AuditService's verifier as a process of its own, with the reader's rights.</summary>
internal static class AuditVerifier
{
    private const int Unavailable = 69;

    /// <summary>The exit code, what was found, and the verdict: the last two lines it prints.</summary>
    public static async Task<(int Code, string Report, string Verdict)> Run()
    {
        using var process = Launch([], redirect: true);
        var output = process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        var lines = (await output).TrimEnd().Split('\n');
        return (process.ExitCode, lines.Length > 1 ? lines[^2] : "", lines[^1]);
    }

    public static async Task<int> Start(string[] arguments)
    {
        using var process = Launch(arguments, redirect: false);
        await process.WaitForExitAsync();
        if (process.ExitCode == Unavailable)
        {
            await Console.Error.WriteLineAsync("The platform has to run: ./sov up");
        }

        return process.ExitCode;
    }

    private static Process Launch(string[] arguments, bool redirect)
    {
        var platform = Platform.Load();
        var state = Platform.StateFolder;
        var secrets = JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(Path.Combine(state, "secrets.json")))!;
        var start = new ProcessStartInfo("dotnet", [Service(), "verify", .. arguments])
        {
            RedirectStandardOutput = redirect,
            Environment =
            {
                ["ConnectionStrings__database-read"] = Platform.ToNpgsql(platform.Dsn["audit_read"]),
                ["Audit__KeyFolder"] = Path.Combine(state, "audit-keys"),
                ["Audit__SigningKeyFile"] = Path.Combine(state, "audit-signing.seed"),
                ["Audit__Origin"] = "sovereignty.local/audit-log",
                ["AUDIT__MASTERKEY"] = secrets["audit-master-key"],
            },
        };
        return Process.Start(start)!;
    }

    public static string Service()
    {
        var own = AppContext.BaseDirectory;
        return Path.GetFullPath(Path.Combine(own, "../../../../AuditService/bin", own.Contains("/Debug/", StringComparison.Ordinal) ? "Debug" : "Release", "net10.0/Sovereignty.AuditService.dll"));
    }
}
