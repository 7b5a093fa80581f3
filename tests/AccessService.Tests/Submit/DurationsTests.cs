using CsCheck;
using Sovereignty.AccessService.Tests.Requests;

namespace Sovereignty.AccessService.Tests.Submit;

public sealed class DurationsTests
{
    [Theory]
    [InlineData("PT8H", 8 * 3600)]
    [InlineData("PT1M", 60)]
    [InlineData("P30D", 30 * 86400)]
    [InlineData("P1DT2H3M4S", 86400 + 7384)]
    [InlineData("PT36H", 36 * 3600)]
    [InlineData("PT0.5S", 0.5)]
    [InlineData("PT0S", 0)]
    [InlineData("-PT1H", -3600)]
    public void A_duration_is_read(string text, double seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), Durations.Read(text));

    [Theory]
    [InlineData("P1M")]
    [InlineData("P1Y")]
    [InlineData("P1Y2M3DT4H")]
    [InlineData("-P1M")]
    [InlineData("P0M")]
    public void Months_and_years_are_refused_for_nobody_knows_how_long_they_are(string text) => Assert.Null(Durations.Read(text));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("P")]
    [InlineData("PT")]
    [InlineData("8")]
    [InlineData("8H")]
    [InlineData("08:00:00")]
    [InlineData("pt8h")]
    [InlineData("PT8")]
    [InlineData("P1W")]
    [InlineData("P1DT")]
    [InlineData("PT1H1H")]
    [InlineData("T8H")]
    [InlineData("P99999999999999999999D")]
    [InlineData("PT0000000000000000000000000001H")]
    public void What_is_not_a_duration_is_refused(string? text) => Assert.Null(Durations.Read(text));

    [Theory]
    [InlineData("PT0.0001S")]
    [InlineData("PT1.0005S")]
    public void What_is_finer_than_the_clock_is_refused(string text) => Assert.Null(Durations.Read(text));

    [Fact]
    public void What_is_written_is_read_again() =>
        Property.Holds(
            Gen.Long[0, (long)TimeSpan.FromDays(366).TotalMilliseconds].Select(milliseconds => TimeSpan.FromMilliseconds(milliseconds)),
            duration => Durations.Read(Durations.Write(duration)) == duration);
}
