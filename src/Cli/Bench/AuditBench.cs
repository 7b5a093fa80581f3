using System.CommandLine;

namespace Sovereignty.Cli.Bench;

/// <summary>Runs the bench of the log as a process of its own, on the platform's broker and database server.</summary>
internal static class AuditBench
{
    public static Command Create()
    {
        var command = new Command("audit", "Appends, proofs, reports and the verification of the log, each beside its reference; --quick, --only NAME, --rounds N, --json")
        {
            TreatUnmatchedTokensAsErrors = false,
        };
        command.SetAction((arguments, _) => Start([.. arguments.UnmatchedTokens]));
        return command;
    }

    private static Task<int> Start(string[] arguments)
    {
        var platform = Platform.Load();
        return BenchProgram.Run("Audit.Bench", arguments, new Dictionary<string, string>(MessagingBench.Environment(platform))
        {
            ["ConnectionStrings__append"] = Platform.ToNpgsql(platform.Dsn["audit_append"]),
            ["ConnectionStrings__read"] = Platform.ToNpgsql(platform.Dsn["audit_read"]),
        });
    }
}
