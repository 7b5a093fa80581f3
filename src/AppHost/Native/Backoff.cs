namespace Sovereignty.AppHost.Native;

internal static class Backoff
{
    /// <summary>A part that never came up is given up after so many starts; one that was up is started for ever.</summary>
    public const int StartAttempts = 5;

    public static TimeSpan Delay(int failures) =>
        TimeSpan.FromMilliseconds(Math.Min(10_000, 200 * Math.Pow(2, Math.Clamp(failures, 1, 10) - 1)));
}
