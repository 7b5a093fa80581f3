namespace Sovereignty.Evaluation.Publishing;

internal static class Listing
{
    /// <summary>The first of them, and how many more there are.</summary>
    public static string Of(IReadOnlyCollection<string> items, int most = 12) =>
        items.Count <= most ? string.Join(", ", items) : $"{string.Join(", ", items.Take(most))} and {items.Count - most} more";

    public static string Of(IReadOnlyCollection<CopyKind> copies) => string.Join(", ", copies.Select(copy => copy.ToString().ToLowerInvariant())) switch
    {
        "primary, replica, backup" => "every copy",
        "primary" or "replica" or "backup" => $"a {copies.Single().ToString().ToLowerInvariant()}",
        "replica, backup" => "replicas and backups",
        var names => names,
    };
}
