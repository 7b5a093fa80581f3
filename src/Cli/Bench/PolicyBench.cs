using System.CommandLine;

namespace Sovereignty.Cli.Bench;

/// <summary>Runs the bench of decisions as a process of its own, with nothing beside it; that of the corpus needs the running platform.</summary>
internal static class PolicyBench
{
    public static Command Create()
    {
        var command = new Command("policy", "Decisions by the compiled table beside the interpreter; --quick, --only table|corpus, --json")
        {
            TreatUnmatchedTokensAsErrors = false,
        };
        command.SetAction((arguments, cancellation) => arguments.UnmatchedTokens.ToArray() is ["--only", "corpus", .. var options]
            ? CorpusBench.Create().Parse([.. options]).InvokeAsync(cancellationToken: cancellation)
            : BenchProgram.Run("Policy.Bench", [.. arguments.UnmatchedTokens]));
        return command;
    }
}
