using Sovereignty.Cli.Bench;

namespace Sovereignty.Cli.Tests.Bench;

public sealed class LatenciesTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 1, 2)]
    [InlineData(100, 50, 99)]
    [InlineData(200, 100, 198)]
    public void Half_of_the_samples_and_all_but_one_in_a_hundred_are_not_above(int samples, double p50, double p99)
    {
        var slowestFirst = Enumerable.Range(1, samples).Reverse().Select(number => TimeSpan.FromMilliseconds(number));

        Assert.Equal(new(p50, p99), Latencies.Of(slowestFirst));
    }
}
