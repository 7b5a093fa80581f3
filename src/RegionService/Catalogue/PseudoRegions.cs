namespace Sovereignty.RegionService.Catalogue;

/// <summary>Providers' names for everywhere, such as <c>aws-global</c> and <c>aws-cn-global</c>.</summary>
internal static class PseudoRegions
{
    internal static bool Contains(string code) =>
        code.Equals("global", StringComparison.OrdinalIgnoreCase) || code.EndsWith("-global", StringComparison.OrdinalIgnoreCase);
}
