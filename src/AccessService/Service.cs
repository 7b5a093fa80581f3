using Sovereignty.Contracts;

namespace Sovereignty.AccessService;

internal static class Service
{
    public const string Name = "access-service";

    /// <summary>The queue of the saga.</summary>
    public const string RequestQueue = "access.requests";

    /// <summary>The queue of PolicyService that answers whether access may be granted.</summary>
    public const string ValidationQueue = "policy.access-validations";

    public static Actor Actor { get; } = Actor.Service(Name);

    /// <summary>Now in whole milliseconds, so that a moment is the same in memory, in JSON and in the database.</summary>
    public static DateTimeOffset Now(this TimeProvider time)
    {
        var now = time.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));
    }
}
