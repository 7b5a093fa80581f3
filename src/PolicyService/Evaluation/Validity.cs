namespace Sovereignty.PolicyService.Evaluation;

internal static class Validity
{
    /// <summary>Whether a moment lies in the half-open interval; null for no bound.</summary>
    public static bool Holds(DateTimeOffset? from, DateTimeOffset? before, DateTimeOffset now) =>
        (from is null || from <= now) && (before is null || now < before);

    public static DateTimeOffset StartOf(DateOnly day) => new(day, TimeOnly.MinValue, TimeSpan.Zero);

    /// <summary>The moment before which a last day lies.</summary>
    public static DateTimeOffset AfterLast(DateOnly day) => StartOf(day.AddDays(1));
}
