using Sovereignty.Contracts;
using Sovereignty.Contracts.Regions;
using Sovereignty.RegionService.Catalogue;

namespace Sovereignty.RegionService.Tests;

public sealed class ProviderCatalogueTests
{
    private readonly ProviderCatalogue _catalogue = ProviderCatalogue.Load();

    [Theory]
    [InlineData("eu-west-2", "GB", "aws", "US")]
    [InlineData("eu-central-2", "CH", "aws", "US")]
    [InlineData("ap-east-1", "HK", "aws", "US")]
    [InlineData("eusc-de-east-1", "DE", "aws-eusc", "DE")]
    [InlineData("cn-north-1", "CN", "aws-cn", "CN")]
    [InlineData("us-gov-west-1", "US", "aws-us-gov", "US")]
    public void A_region_is_where_it_is_and_not_where_its_name_suggests(string code, string country, string partition, string bound)
    {
        var region = _catalogue.Find(code)!;

        Assert.Equal(country, region.Country);
        Assert.Equal(partition, region.Partition);
        Assert.Contains(bound, region.OperatorJurisdictions);
    }

    [Fact]
    public void Every_region_has_countries_that_exist_and_a_code_of_its_own()
    {
        Assert.Equal(37, _catalogue.Regions.Count);
        Assert.Equal(_catalogue.Regions.Count, _catalogue.Regions.Select(region => region.Code).Distinct().Count());
        Assert.All(_catalogue.Regions, region => Assert.All([region.Country, .. region.OperatorJurisdictions], country => Assert.True(CountryCodes.Contains(country), country)));
        Assert.DoesNotContain(_catalogue.Regions, region => PseudoRegions.Contains(region.Code));
    }

    [Fact]
    public void Outside_one_country_the_commercial_partition_is_bound_by_two_laws() =>
        Assert.All(_catalogue.Regions.Where(region => region.Partition == "aws"), region => Assert.Contains("US", region.OperatorJurisdictions));

    [Fact]
    public void The_countries_are_those_of_the_standard()
    {
        Assert.Equal(249, CountryCodes.All.Count);
        Assert.All(["EU", "UK", "XK", "ZZ", "de", "DEU", ""], code => Assert.False(CountryCodes.Contains(code), code));
    }
}
