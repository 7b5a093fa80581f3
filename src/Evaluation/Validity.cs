namespace Sovereignty.Evaluation;

/// <summary>Days of force, in UTC: both the first and the last day count.</summary>
public static class Validity
{
    public static bool Holds(DateOnly? from, DateOnly? until, DateTimeOffset now) =>
        (from is not { } first || StartOf(first) <= now) && (until is not { } last || now < AfterLast(last));

    public static DateTimeOffset StartOf(DateOnly day) => new(day, TimeOnly.MinValue, TimeSpan.Zero);

    /// <summary>The moment before which a last day lies.</summary>
    public static DateTimeOffset AfterLast(DateOnly day) => day == DateOnly.MaxValue ? DateTimeOffset.MaxValue : StartOf(day.AddDays(1));
}
