using System.CommandLine;

namespace Sovereignty.Cli;

internal static class AuditCommand
{
    public static Command Create()
    {
        var verify = new Command("verify", "Recomputes the whole log; 0 valid, 1 invalid, 2 gap, 3 missing") { TreatUnmatchedTokensAsErrors = false };
        verify.SetAction((arguments, _) => AuditVerifier.Start([.. arguments.UnmatchedTokens]));
        var drill = new Command("drill", "Tampers with a clone of the log in every way; 0 each attempt caught, 1 one was not") { TreatUnmatchedTokensAsErrors = false };
        drill.SetAction((arguments, _) => AuditDrill.Start([.. arguments.UnmatchedTokens]));
        return new Command("audit", "The write-once log") { verify, drill };
    }
}
