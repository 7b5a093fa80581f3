using CsCheck;
using Sovereignty.TransparencyLog.Verification;

namespace Sovereignty.TransparencyLog.Tests;

public sealed class NumberSequenceTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void In_any_order_and_with_restarts_between_it_knows_what_a_set_of_all_numbers_knows()
    {
        Gen.Select(Gen.Long[1, 40], Gen.Bool).Array[0, 60].Sample(
            steps =>
            {
                var numbers = new NumberSequence("policy-service");
                var seen = new HashSet<long>();
                for (var index = 0; index < steps.Length; index++)
                {
                    var (number, restarts) = steps[index];
                    Assert.Equal(seen.Add(number), numbers.Take(index, number, Start.AddSeconds(index)));
                    numbers = restarts ? new(numbers.Source, numbers.Next, numbers.ForgottenUpTo, [.. numbers.Missing]) : numbers;

                    Assert.Equal(seen.Max() + 1, numbers.Next);
                    Assert.Equal(
                        Enumerable.Range(1, (int)seen.Max()).Select(n => (long)n).Where(n => !seen.Contains(n)).Select(n => (n, Array.FindIndex(steps, step => step.Item1 > n))),
                        numbers.Missing.SelectMany(range => Enumerable.Range((int)range.First, (int)(range.Last - range.First + 1)).Select(n => ((long)n, (int)range.MissedIndex))));
                }
            },
            iter: 200);
    }

    [Fact]
    public void A_service_that_jumps_to_the_last_number_lacks_them_all_in_one_range()
    {
        var numbers = new NumberSequence("policy-service");
        numbers.Take(0, long.MaxValue - 1, Start);
        numbers.Take(1, 1_000, Start);
        Assert.Equal(
            [new("policy-service", 1, 999, 0, Start), new MissingNumbers("policy-service", 1_001, long.MaxValue - 2, 0, Start)],
            numbers.Missing);
        Assert.False(numbers.Take(2, 1_000, Start));
        Assert.False(numbers.Take(3, long.MaxValue - 1, Start));
    }
}
