using Sovereignty.AuditService.Witnessing;

namespace Sovereignty.AuditService.Tests;

public sealed class QuorumLagTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch;

    [Fact]
    public void A_log_that_grows_every_second_and_gets_its_quorums_is_never_far_ahead()
    {
        var lag = new QuorumLag();
        for (var second = 1; second <= 300; second++)
        {
            lag.See(second, second > 1 ? second - 1 : null, Start.AddSeconds(second));
            Assert.InRange(lag.At(Start.AddSeconds(second)), TimeSpan.Zero, TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public void Without_a_new_quorum_it_counts_from_the_first_checkpoint_ahead()
    {
        var lag = new QuorumLag();
        lag.See(10, 10, Start);
        Assert.Equal(TimeSpan.Zero, lag.At(Start.AddSeconds(5)));
        for (var second = 1; second <= 90; second++)
        {
            lag.See(10 + second, 10, Start.AddSeconds(second));
        }

        Assert.Equal(TimeSpan.FromSeconds(89), lag.At(Start.AddSeconds(90)));
        lag.See(100, 100, Start.AddSeconds(91));
        Assert.Equal(TimeSpan.Zero, lag.At(Start.AddSeconds(95)));
    }

    [Fact]
    public void A_quorum_that_no_longer_counts_starts_nothing_anew()
    {
        var lag = new QuorumLag();
        lag.See(20, 10, Start);
        lag.See(20, null, Start.AddSeconds(10));
        Assert.Equal(TimeSpan.FromSeconds(10), lag.At(Start.AddSeconds(10)));
    }
}
