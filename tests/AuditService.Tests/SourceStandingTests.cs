using CsCheck;
using Sovereignty.AuditService.Numbering;
using Sovereignty.Contracts.Audit;

namespace Sovereignty.AuditService.Tests;

public sealed class SourceStandingTests
{
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(5);
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void What_is_told_when_is_what_a_list_of_every_number_says()
    {
        Gen.Select(Gen.Long[1, 40], Gen.Int[-30, 150], Gen.Bool).Array[1, 50].Sample(
            steps =>
            {
                var standing = new SourceStanding(new("policy-service"));
                var taken = new List<(long Number, DateTimeOffset At)>();
                var told = new HashSet<long>();
                DateTimeOffset? toldAt = null;
                var now = Start;
                for (var index = 0; index < steps.Length; index++)
                {
                    var (number, seconds, restarts) = steps[index];
                    var at = now.AddSeconds(Math.Min(seconds, 0));
                    now = now.AddSeconds(Math.Max(seconds, 0));
                    standing.Take(index, number, at, Grace, now);
                    taken.Add((number, at));

                    var alarm = standing.Tell(now - Grace, now);
                    var (untold, overdue) = Missing(taken, told, now);
                    var due = untold.Where(n => overdue.Count > 0 && n <= overdue.Max()).ToList();
                    if (due.Count == 0 || now - toldAt < TimeSpan.FromMinutes(1))
                    {
                        Assert.Null(alarm);
                    }
                    else
                    {
                        var shownBy = taken.FindIndex(entry => entry.Number > due[0]);
                        Assert.Equal((due[0], due[^1], (long)due.Count, taken[shownBy].At, (long)shownBy, now), (alarm!.First, alarm.Last, alarm.Count, alarm.Since, alarm.ShownBy, alarm.OccurredAt));
                        told.UnionWith(due);
                        toldAt = now;
                    }

                    Assert.Equal(told.Count(n => taken.TrueForAll(entry => entry.Number != n)), standing.StillMissing);
                    standing = restarts ? Restarted(standing) : standing;
                }
            },
            iter: 100);
    }

    [Fact]
    public void A_thousand_missing_numbers_are_one_alarm_and_a_stream_with_holes_one_a_minute()
    {
        var standing = new SourceStanding(new("policy-service"));
        Take(standing, 1_001, Start);
        var first = standing.Tell(Start.AddSeconds(1), Start.Add(Grace));
        Assert.Equal((1, 1_000, 1_000, 1_000), (first!.First, first.Last, first.Count, standing.StillMissing));

        var alarms = new List<NumbersMissing>();
        for (var second = 1; second <= 180; second++)
        {
            Take(standing, 1_001 + (2 * second), Start.AddSeconds(second));
            alarms.AddRange(standing.Tell(Start.AddSeconds(second), Start.Add(Grace).AddSeconds(second)) is { } alarm ? [alarm] : []);
        }

        Assert.Equal([(1_002, 1_118, 59), (1_120, 1_238, 60), (1_240, 1_358, 60)], alarms.Select(alarm => (alarm.First, alarm.Last, alarm.Count)));
    }

    [Fact]
    public void A_service_that_was_set_back_is_told_once_however_slowly_it_repeats_and_again_when_it_is_set_back_again()
    {
        var standing = new SourceStanding(new("region-service"));
        for (var number = 1; number <= 50; number++)
        {
            Assert.Null(Take(standing, number, Start));
        }

        var alarm = Take(standing, 20, Start.AddHours(1));
        Assert.Equal((20, 50, 20, Start.AddHours(1)), (alarm!.Number, alarm.Highest, alarm.ShownBy, alarm.Since));
        Assert.Equal([21, 24, 22, 23], new long[] { 21, 24, 22, 23 }.Where(number => Take(standing, number, Start.AddHours(1).AddSeconds(number)) is null));
        for (var number = 25; number <= 60; number++)
        {
            Assert.Null(Take(standing, number, Start.AddHours(number)));
            standing = Restarted(standing);
        }

        Assert.Equal(20, Take(standing, 20, Start.AddHours(70))!.Number);
        Assert.Null(Take(standing, 21, Start.AddHours(71)));
        Assert.Equal(20, Take(standing, 20, Start.AddHours(72))!.Number);
    }

    [Fact]
    public void A_number_that_comes_late_is_no_repeated_one()
    {
        var standing = new SourceStanding(new("policy-service"));
        Take(standing, 3, Start);
        Assert.NotNull(standing.Tell(Start.AddSeconds(1), Start.Add(Grace)));
        Assert.Null(Take(standing, 1, Start.AddHours(1)));
        Assert.Equal(1, standing.StillMissing);
        Assert.Null(Take(standing, 2, Start.AddHours(1)));
        Assert.Equal(0, standing.StillMissing);
        Assert.NotNull(Take(standing, 2, Start.AddHours(1)));
    }

    private static NumbersRepeated? Take(SourceStanding standing, long number, DateTimeOffset at) => standing.Take(number, number, at, Grace, at);

    private static SourceStanding Restarted(SourceStanding standing) => new(
        new(standing.Numbers.Source, standing.Numbers.Next, standing.Numbers.ForgottenUpTo, [.. standing.Numbers.Missing]), standing.ToldUpTo, standing.ToldAt, standing.Repeated);

    private static (List<long> Untold, List<long> Overdue) Missing(List<(long Number, DateTimeOffset At)> taken, HashSet<long> told, DateTimeOffset now)
    {
        var untold = Enumerable.Range(1, (int)taken.Max(entry => entry.Number)).Select(n => (long)n)
            .Where(n => !told.Contains(n) && taken.TrueForAll(entry => entry.Number != n)).ToList();
        return (untold, untold.FindAll(n => now - taken.Find(entry => entry.Number > n).At > Grace));
    }
}
