using System.CommandLine;
using System.Diagnostics;

namespace Sovereignty.Cli.Bench;

/// <summary>Runs the bench of Messaging as a process of its own, on the platform's broker and database server.</summary>
internal static class MessagingBench
{
    public static Command Create()
    {
        var command = new Command("messaging", "Sagas, relay and batches, each beside its reference; --quick, --only NAME, --rounds N, --json")
        {
            TreatUnmatchedTokensAsErrors = false,
        };
        command.SetAction((arguments, _) => Start([.. arguments.UnmatchedTokens]));
        return command;
    }

    private static async Task<int> Start(string[] arguments)
    {
        var platform = Platform.Load();
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Program(), .. arguments])
        {
            Environment =
            {
                ["ConnectionStrings__rabbit"] = platform.Amqp["operator"].ToString(),
                ["ConnectionStrings__admin"] = Platform.ToNpgsql(platform.Dsn["postgres"]),
            },
        })!;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    private static string Program()
    {
        var own = AppContext.BaseDirectory;
        return Path.GetFullPath(Path.Combine(own, "../../../../../bench/Messaging.Bench/bin", own.Contains("/Debug/", StringComparison.Ordinal) ? "Debug" : "Release", "net10.0/Sovereignty.Messaging.Bench.dll"));
    }
}
