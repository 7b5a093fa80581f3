namespace Sovereignty.PolicyService.Evaluation;

/// <summary>Providers' aliases for everywhere, such as <c>aws-global</c>.</summary>
internal static class PseudoRegions
{
    public static bool Contains(string code) =>
        code.Equals("global", StringComparison.OrdinalIgnoreCase) || code.EndsWith("-global", StringComparison.OrdinalIgnoreCase);
}
