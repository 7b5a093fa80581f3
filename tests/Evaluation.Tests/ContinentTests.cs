using Sovereignty.Contracts;
using Sovereignty.Evaluation;

namespace Sovereignty.Evaluation.Tests;

public sealed class ContinentTests
{
    [Fact]
    public void Every_country_lies_on_a_continent() =>
        Assert.All(CountryCodes.All, country => Assert.True(Continents.Of(country) is not null, country));
}
