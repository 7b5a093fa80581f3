using Sovereignty.TransparencyLog.Verification;

namespace Sovereignty.TransparencyLog.Tests;

public sealed class SourceNumbersTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_number_that_is_not_there_is_missed_when_a_later_one_has_been_there_for_longer_than_the_grace()
    {
        var numbers = new SourceNumbers();
        numbers.Take(0, "policy-service", 1, Start);
        numbers.Take(1, "policy-service", 3, Start.AddSeconds(1));
        numbers.Take(2, "access-service", 1, Start.AddMinutes(5));
        Assert.Empty(numbers.Missing());
        Assert.Equal(1, numbers.InFlight);

        numbers.Take(3, "region-service", 1, Start.AddSeconds(1).AddMinutes(5).AddTicks(1));
        Assert.Equal([new("policy-service", 2, 2, 1, Start.AddSeconds(1))], numbers.Missing());
        Assert.Equal(0, numbers.InFlight);

        numbers.Take(4, "policy-service", 2, Start.AddHours(1));
        Assert.Empty(numbers.Missing());
        Assert.Equal(0, numbers.RepeatCount);

        numbers.Take(5, "policy-service", 2, Start.AddHours(1));
        Assert.Equal([new RepeatedNumber("policy-service", 2, 5)], numbers.Repeats);
    }

    [Fact]
    public void What_others_than_the_platforms_services_number_says_nothing()
    {
        var numbers = new SourceNumbers(TimeSpan.Zero);
        foreach (var (source, number) in new (string?, long?)[] { ("platform-service", 7), ("platform-service", 7), (null, 9), ("policy-service", null), ("policy-service", 0), ("policy-service", -3), ("policy-service", long.MaxValue) })
        {
            numbers.Take(0, source, number, Start);
        }

        numbers.Take(1, "platform-service", 1, Start.AddDays(1));
        Assert.Empty(numbers.Missing());
        Assert.Equal(0, numbers.RepeatCount);
    }

    [Fact]
    public void Memory_is_bounded_and_the_tally_stays_on_the_safe_side()
    {
        var numbers = new SourceNumbers(TimeSpan.Zero);
        for (var number = 2; number <= 60_000; number += 2)
        {
            numbers.Take(number, "policy-service", number, Start);
        }

        numbers.Take(60_001, "access-service", 1, Start.AddSeconds(1));
        var missing = numbers.Missing();
        Assert.Equal(10_000, missing.Count);
        Assert.True(missing[0] is { First: 1, InPart: true });
        Assert.All(missing.Skip(1), range => Assert.Equal((range.First, false), (range.Last, range.InPart)));
        Assert.Equal(59_999, missing[^1].Last);

        numbers.Take(60_002, "policy-service", 1, Start);
        Assert.Equal(2, numbers.Missing()[0].First);
        Assert.Equal(0, numbers.RepeatCount);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void In_any_order_with_any_gaps_and_repeats_it_says_what_a_list_of_all_of_them_says(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 200; round++)
        {
            var numbers = new SourceNumbers();
            var taken = new List<(string Source, long Number, DateTimeOffset At)>();
            var repeats = new List<RepeatedNumber>();
            var at = Start;
            for (var index = 0L; index < random.Next(1, 60); index++)
            {
                at = at.AddSeconds(random.Next(-60, 120));
                var source = random.Next(2) == 0 ? "policy-service" : "access-service";
                var number = random.NextInt64(1, 30);
                if (taken.Any(known => known.Source == source && known.Number == number))
                {
                    repeats.Add(new(source, number, index));
                }

                taken.Add((source, number, at));
                numbers.Take(index, source, number, at);
                Check(numbers, taken, repeats);
            }
        }
    }

    private static void Check(SourceNumbers numbers, List<(string Source, long Number, DateTimeOffset At)> taken, List<RepeatedNumber> repeats)
    {
        var newest = taken.Max(entry => entry.At);
        var missing = taken.Select(entry => entry.Source).Distinct().SelectMany(source =>
        {
            var own = taken.Where(entry => entry.Source == source).ToList();
            return Enumerable.Range(1, (int)own.Max(entry => entry.Number))
                .Where(number => own.All(entry => entry.Number != number))
                .Select(number => (source, (long)number, Overdue: newest - own.First(entry => entry.Number > number).At > SourceNumbers.DefaultGrace));
        }).ToHashSet();
        Assert.Equal(
            missing.Where(number => number.Overdue).Select(number => (number.source, number.Item2)).Order(),
            numbers.Missing().SelectMany(range => Enumerable.Range((int)range.First, (int)(range.Last - range.First + 1)).Select(number => (range.Source, (long)number))).Order());
        Assert.Equal(missing.Count(number => !number.Overdue), numbers.InFlight);
        Assert.Equal(repeats, numbers.Repeats);
        Assert.Equal(repeats.Count, numbers.RepeatCount);
    }
}
