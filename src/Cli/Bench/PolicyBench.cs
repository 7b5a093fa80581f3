using System.CommandLine;

namespace Sovereignty.Cli.Bench;

/// <summary>Runs the bench of decisions as a process of its own, with nothing beside it.</summary>
internal static class PolicyBench
{
    public static Command Create()
    {
        var command = new Command("policy", "Decisions by the compiled table beside the interpreter; --quick, --only table, --json")
        {
            TreatUnmatchedTokensAsErrors = false,
        };
        command.SetAction((arguments, _) => BenchProgram.Run("Policy.Bench", [.. arguments.UnmatchedTokens]));
        return command;
    }
}
