using Sovereignty.Contracts;
using Sovereignty.Contracts.Audit;
using Sovereignty.TransparencyLog.Verification;

namespace Sovereignty.AuditService.Numbering;

/// <summary>How the log stands with the numbers of one source, and what alarms told of it. Not thread-safe.</summary>
internal sealed class SourceStanding(NumberSequence numbers, long toldUpTo = 0, DateTimeOffset? toldAt = null, RepeatedStretch? repeated = null)
{
    private const string ServiceName = "audit-service";

    // Who suppresses every second event for hours gives no alarm for each of them.
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    public NumberSequence Numbers => numbers;

    /// <summary>All that is missing up to this number was told.</summary>
    public long ToldUpTo { get; private set; } = toldUpTo;

    public DateTimeOffset? ToldAt { get; private set; } = toldAt;

    public RepeatedStretch? Repeated { get; private set; } = repeated;

    /// <summary>How many numbers are still missing that an alarm told of.</summary>
    public long StillMissing =>
        numbers.Missing.TakeWhile(range => range.First <= ToldUpTo).Sum(range => Math.Min(range.Last, ToldUpTo) - range.First + 1);

    /// <summary>Takes the number of an entry.</summary>
    /// <returns>The alarm, where a stretch of repeated numbers begins with it.</returns>
    public NumbersRepeated? Take(long index, long number, DateTimeOffset receivedAt, TimeSpan grace, DateTimeOffset now)
    {
        var highest = numbers.Next - 1;
        if (numbers.Take(index, number, receivedAt))
        {
            return null;
        }

        if (Repeated is { } stretch && stretch.IsContinuedBy(number, receivedAt, grace))
        {
            Repeated = stretch with { Last = Math.Max(stretch.Last, number), LastAt = receivedAt > stretch.LastAt ? receivedAt : stretch.LastAt };
            return null;
        }

        Repeated = new(number, highest, receivedAt);
        return new()
        {
            OccurredAt = now,
            TenantId = null,
            Actor = Actor.Service(ServiceName),
            Source = numbers.Source,
            Number = number,
            Highest = highest,
            Since = receivedAt,
            ShownBy = index,
        };
    }

    /// <summary>Tells of what is missing and was not told yet.</summary>
    /// <param name="before">What was missed later may still come.</param>
    /// <param name="now">The time.</param>
    /// <returns>The alarm, or null where there is nothing to tell, or not so soon after the last one.</returns>
    public NumbersMissing? Tell(DateTimeOffset before, DateTimeOffset now)
    {
        var untold = numbers.Missing.Where(range => range.Last > ToldUpTo).ToList();
        var overdue = untold.FindLastIndex(range => range.MissedAt < before) + 1;
        if (overdue == 0 || now - ToldAt < Pause)
        {
            return null;
        }

        var alarm = new NumbersMissing
        {
            OccurredAt = now,
            TenantId = null,
            Actor = Actor.Service(ServiceName),
            Source = numbers.Source,
            First = First(untold[0]),
            Last = untold[overdue - 1].Last,
            Count = untold.Take(overdue).Sum(range => range.Last - First(range) + 1),
            Since = untold[0].MissedAt,
            ShownBy = untold[0].MissedIndex,
        };
        (ToldUpTo, ToldAt) = (alarm.Last, now);
        return alarm;
    }

    private long First(MissingNumbers range) => Math.Max(range.First, ToldUpTo + 1);
}
