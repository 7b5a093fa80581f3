using System.Diagnostics;
using System.Text.Json;

namespace Sovereignty.Cli;

/// <summary>Runs a verb of AuditService as a process of its own, on the platform's log and with no more rights than it needs.</summary>
internal static class AuditProgram
{
    private const int Unavailable = 69;

    /// <summary>Verifies, with the reader's rights.</summary>
    public static Task<int> Verify(string[] arguments) => Start("verify", arguments, ReadersRights(Platform.Load()));

    /// <summary>Verifies and takes what it prints: the exit code, what was found, and the verdict, which are its last two lines.</summary>
    public static async Task<(int Code, string Report, string Verdict)> ReadVerification()
    {
        using var process = Launch("verify", [], ReadersRights(Platform.Load()), redirect: true);
        var output = process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        var lines = (await output).TrimEnd().Split('\n');
        return (process.ExitCode, lines.Length > 1 ? lines[^2] : "", lines[^1]);
    }

    /// <summary>Drills, with a superuser's rights: only that one may clone the database.</summary>
    public static Task<int> Drill(string[] arguments)
    {
        var platform = Platform.Load();
        var policy = Path.Combine(Platform.StateFolder, "audit-policy");
        return Start("drill", arguments, new(ReadersRights(platform))
        {
            ["ConnectionStrings__admin"] = Platform.ToNpgsql(platform.Dsn["postgres"]),
            ["ConnectionStrings__database"] = Platform.ToNpgsql(platform.Dsn["audit_append"]),
            ["Audit__PolicyFile"] = File.Exists(policy) ? policy : "",
        });
    }

    private static Dictionary<string, string> ReadersRights(Platform platform) => new()
    {
        ["ConnectionStrings__database-read"] = Platform.ToNpgsql(platform.Dsn["audit_read"]),
    };

    private static async Task<int> Start(string verb, string[] arguments, Dictionary<string, string> rights)
    {
        using var process = Launch(verb, arguments, rights, redirect: false);
        await process.WaitForExitAsync();
        if (process.ExitCode == Unavailable)
        {
            await Console.Error.WriteLineAsync("The platform has to run: ./sov up");
        }

        return process.ExitCode;
    }

    private static Process Launch(string verb, string[] arguments, Dictionary<string, string> rights, bool redirect)
    {
        var state = Platform.StateFolder;
        var secrets = JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(Path.Combine(state, "secrets.json")))!;
        var start = new ProcessStartInfo("dotnet", [Service(), verb, .. arguments])
        {
            RedirectStandardOutput = redirect,
            Environment =
            {
                ["Audit__KeyFolder"] = Path.Combine(state, "audit-keys"),
                ["Audit__SigningKeyFile"] = Path.Combine(state, "audit-signing.seed"),
                ["Audit__Origin"] = "sovereignty.local/audit-log",
                ["AUDIT__MASTERKEY"] = secrets["audit-master-key"],
            },
        };
        foreach (var (name, value) in rights)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    private static string Service()
    {
        var own = AppContext.BaseDirectory;
        return Path.GetFullPath(Path.Combine(own, "../../../../AuditService/bin", own.Contains("/Debug/", StringComparison.Ordinal) ? "Debug" : "Release", "net10.0/Sovereignty.AuditService.dll"));
    }
}
