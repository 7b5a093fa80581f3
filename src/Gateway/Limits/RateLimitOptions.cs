using System.Threading.RateLimiting;

namespace Sovereignty.Gateway.Limits;

/// <summary>Per caller: a person, or an address where nobody is signed in.</summary>
internal sealed record RateLimitOptions
{
    public int PermitsPerSecond { get; init; } = 1_000;

    public int Burst { get; init; } = 2_000;

    internal TokenBucketRateLimiterOptions ToBucket() => new()
    {
        TokenLimit = Burst,
        TokensPerPeriod = PermitsPerSecond,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        QueueLimit = 0,
    };
}
