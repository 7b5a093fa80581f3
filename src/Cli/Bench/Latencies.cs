namespace Sovereignty.Cli.Bench;

/// <summary>How long something took: the half that was faster, and all but one in a hundred, in milliseconds.</summary>
internal sealed record Latencies(double P50, double P99)
{
    public static Latencies Of(IEnumerable<TimeSpan> samples)
    {
        var sorted = samples.Order().ToList();
        return new(At(sorted, 0.50), At(sorted, 0.99));
    }

    /// <summary>The smallest sample that this share of all is not above.</summary>
    private static double At(List<TimeSpan> sorted, double share) => sorted[(int)Math.Ceiling(share * sorted.Count) - 1].TotalMilliseconds;
}
