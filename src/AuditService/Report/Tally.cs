namespace Sovereignty.AuditService.Report;

/// <summary>How many entries, and which is the first and the last of them in the log.</summary>
internal readonly record struct Tally(long Count, long? First, long? Last)
{
    public static Tally One(long index) => new(1, index, index);

    public static Tally operator +(Tally left, Tally right) => new(
        left.Count + right.Count,
        left.First is { } first && right.First is { } other ? Math.Min(first, other) : left.First ?? right.First,
        left.Last is { } last && right.Last is { } another ? Math.Max(last, another) : left.Last ?? right.Last);
}
