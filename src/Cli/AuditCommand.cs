using System.CommandLine;

namespace Sovereignty.Cli;

internal static class AuditCommand
{
    public static Command Create()
    {
        var verify = new Command("verify", "Recomputes the whole log; 0 valid, 1 invalid, 2 gap, 3 missing") { TreatUnmatchedTokensAsErrors = false };
        verify.SetAction((arguments, _) => AuditVerifier.Start([.. arguments.UnmatchedTokens]));
        return new Command("audit", "The write-once log") { verify };
    }
}
