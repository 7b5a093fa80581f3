namespace Sovereignty.AccessService.Notify;

/// <summary>When a delivery that failed is tried again: ever later, for just under a day.</summary>
internal static class RetryPlan
{
    private static readonly TimeSpan[] Delays =
    [
        TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30), TimeSpan.FromHours(1),
        TimeSpan.FromHours(2), TimeSpan.FromHours(4), TimeSpan.FromHours(8), TimeSpan.FromHours(8),
    ];

    /// <param name="tries">How often it failed before.</param>
    /// <returns>Null where that was the last time.</returns>
    public static TimeSpan? After(int tries) => tries < Delays.Length ? Delays[tries] : null;
}
