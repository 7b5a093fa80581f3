namespace Sovereignty.Contracts.Regions;

/// <summary>Providers' names for everywhere, such as <c>aws-global</c> and <c>aws-cn-global</c>: no place where data could be.</summary>
public static class PseudoRegions
{
    /// <summary>Whether a region's code is such a name.</summary>
    /// <param name="code">The code; case does not matter.</param>
    /// <returns>True for <c>global</c> and for what ends in <c>-global</c>.</returns>
    public static bool Contains(string code) =>
        code.Equals("global", StringComparison.OrdinalIgnoreCase) || code.EndsWith("-global", StringComparison.OrdinalIgnoreCase);
}
