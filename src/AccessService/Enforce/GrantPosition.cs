using System.Globalization;

namespace Sovereignty.AccessService.Enforce;

/// <summary>
/// Which transactions a reading saw, as PostgreSQL's <c>pg_snapshot</c>: all before <paramref name="Least"/>, none from
/// <paramref name="Next"/> on, and between them all but those that were <paramref name="Running"/>. The next reading takes exactly
/// what the last did not see, whatever the order in which transactions began, wrote and committed.
/// </summary>
internal sealed record GrantPosition(ulong Least, ulong Next, IReadOnlySet<ulong> Running)
{
    private const int LongestText = 16_384;

    public static GrantPosition? Parse(string text)
    {
        if (text.Length > LongestText || text.Split(':') is not [var least, var next, var running] || Number(least) is not { } first || Number(next) is not { } last || first > last)
        {
            return null;
        }

        var ids = new HashSet<ulong>();
        foreach (var id in running.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (Number(id) is not { } transaction || transaction < first || transaction >= last)
            {
                return null;
            }

            ids.Add(transaction);
        }

        return new(first, last, ids);
    }

    /// <summary>What every one of some readings saw.</summary>
    public static GrantPosition InAll(IReadOnlyCollection<GrantPosition> positions)
    {
        var next = positions.Min(position => position.Next);
        return new(positions.Min(position => position.Least), next, positions.SelectMany(position => position.Running).Where(id => id < next).ToHashSet());
    }

    public bool Saw(ulong transaction) => transaction < Least || (transaction < Next && !Running.Contains(transaction));

    /// <summary>Whether this lacks nothing that a later reading saw up to some transaction, that one included.</summary>
    public bool SawAllUntil(ulong transaction, GrantPosition later) =>
        transaction < Next && !Running.Any(id => id <= transaction && later.Saw(id));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Least}:{Next}:{string.Join(',', Running.Order())}");

    // Where the lower half is 0 there is no transaction, and PostgreSQL refuses to read it.
    private static ulong? Number(string text) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= long.MaxValue && (uint)number != 0 ? number : null;
}
