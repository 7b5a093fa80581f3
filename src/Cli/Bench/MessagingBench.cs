using System.CommandLine;

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

    private static Task<int> Start(string[] arguments)
    {
        return BenchProgram.Run("Messaging.Bench", arguments, Environment(Platform.Load()));
    }

    public static IReadOnlyDictionary<string, string> Environment(Platform platform) => new Dictionary<string, string>
    {
        ["ConnectionStrings__rabbit"] = platform.Amqp["operator"].ToString(),
        ["ConnectionStrings__admin"] = Platform.ToNpgsql(platform.Dsn["postgres"]),
    };
}
