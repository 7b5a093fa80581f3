using Sovereignty.RegionService.Catalogue;
using Sovereignty.RegionService.Registry;

namespace Sovereignty.RegionService.Tests;

public sealed class RegionRulesTests
{
    private static readonly ProviderCatalogue Catalogue = ProviderCatalogue.Load();

    private static readonly RegisterRegion Frankfurt = new()
    {
        Code = "eu-central-1",
        Provider = "aws",
        Partition = "aws",
        Country = "DE",
        Operator = "Amazon Web Services",
        OperatorJurisdictions = ["DE", "US"],
        Endpoints = [new("https://s3.eu-central-1.amazonaws.com"), new("tcp://10.0.0.1:5432")],
    };

    private static readonly RegisterRegion OwnCloud = new()
    {
        Code = "muc-1",
        Provider = "example-cloud",
        Partition = "main",
        Country = "DE",
        Operator = "Example Cloud GmbH",
        OperatorJurisdictions = ["DE"],
    };

    [Fact]
    public void A_region_as_the_catalogue_has_it_passes() => Assert.Null(RegionRules.Check(Frankfurt, Catalogue));

    [Fact]
    public void The_order_of_jurisdictions_means_nothing() =>
        Assert.Null(RegionRules.Check(Frankfurt with { OperatorJurisdictions = ["US", "DE"] }, Catalogue));

    [Fact]
    public void A_region_of_a_provider_without_catalogue_passes() => Assert.Null(RegionRules.Check(OwnCloud, Catalogue));

    [Theory]
    [InlineData("aws-global")]
    [InlineData("aws-cn-global")]
    [InlineData("aws-us-gov-global")]
    [InlineData("AWS-GLOBAL")]
    [InlineData("global")]
    public void Everywhere_is_not_a_place(string code) => Refuses(Frankfurt with { Code = code }, "region-not-a-place", code);

    [Theory]
    [InlineData("eu-central-9")]
    [InlineData("frankfurt")]
    public void A_code_that_the_provider_does_not_have_is_refused(string code) =>
        Refuses(Frankfurt with { Code = code }, "region-unknown-to-provider", code);

    [Fact]
    public void A_country_other_than_the_catalogues_is_refused() =>
        Refuses(Frankfurt with { Country = "FR" }, "region-contradicts-catalogue", "country of eu-central-1 is DE");

    [Fact]
    public void A_partition_other_than_the_catalogues_is_refused() =>
        Refuses(Frankfurt with { Partition = "aws-eusc" }, "region-contradicts-catalogue", "partition");

    [Fact]
    public void An_operator_does_not_shed_a_law_by_leaving_it_out() =>
        Refuses(Frankfurt with { OperatorJurisdictions = ["DE"] }, "region-contradicts-catalogue", "DE, US");

    [Fact]
    public void Another_provider_cannot_take_a_known_code() =>
        Refuses(OwnCloud with { Code = "eu-central-1" }, "region-contradicts-catalogue", "provider");

    [Theory]
    [InlineData("x")]
    [InlineData("-a")]
    [InlineData("Muc-1")]
    [InlineData("muc_1")]
    [InlineData("muc-1\n")]
    [InlineData("")]
    public void A_code_has_a_form(string code) => Refuses(OwnCloud with { Code = code }, "input-invalid", "code");

    [Fact]
    public void A_code_has_63_characters_at_most()
    {
        Assert.Null(RegionRules.Check(OwnCloud with { Code = new string('a', 63) }, Catalogue));
        Refuses(OwnCloud with { Code = new string('a', 64) }, "input-invalid", "code");
    }

    [Theory]
    [InlineData("UK")]
    [InlineData("de")]
    [InlineData("DEU")]
    [InlineData("")]
    public void A_country_is_one_of_the_standard(string country) => Refuses(OwnCloud with { Country = country }, "input-invalid", "country");

    [Fact]
    public void Jurisdictions_are_countries_each_once_and_at_least_one()
    {
        Refuses(OwnCloud with { OperatorJurisdictions = [] }, "input-invalid", "operatorJurisdictions");
        Refuses(OwnCloud with { OperatorJurisdictions = ["EU"] }, "input-invalid", "operatorJurisdictions");
        Refuses(OwnCloud with { OperatorJurisdictions = [null!] }, "input-invalid", "operatorJurisdictions");
        Refuses(OwnCloud with { OperatorJurisdictions = ["DE", "DE"] }, "input-invalid", "operatorJurisdictions");
    }

    [Theory]
    [InlineData("/relative")]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://example.org")]
    public void An_endpoint_is_an_address_that_can_be_probed(string endpoint) =>
        Refuses(OwnCloud with { Endpoints = [new(endpoint, UriKind.RelativeOrAbsolute)] }, "input-invalid", "endpoints");

    [Fact]
    public void An_operator_has_a_name()
    {
        Refuses(OwnCloud with { Operator = " " }, "input-invalid", "operator");
        Refuses(OwnCloud with { Operator = new string('x', 201) }, "input-invalid", "operator");
    }

    [Fact]
    public void A_change_cannot_shed_a_law_either()
    {
        var change = new ChangeRegion { Operator = "Amazon Web Services", OperatorJurisdictions = ["DE"] };

        Assert.Equal("region-contradicts-catalogue", RegionRules.Check(change, "eu-central-1", Catalogue)?.Code);
        Assert.Null(RegionRules.Check(change, "muc-1", Catalogue));
    }

    [Fact]
    public void A_reason_is_not_a_novel()
    {
        var change = new ChangeRegion { Operator = "Example", OperatorJurisdictions = ["DE"], Reason = new string('x', 501) };

        Assert.Equal("input-invalid", RegionRules.Check(change, "muc-1", Catalogue)?.Code);
    }

    private static void Refuses(RegisterRegion asked, string code, string named)
    {
        var refusal = RegionRules.Check(asked, Catalogue);

        Assert.Equal(422, refusal?.Status);
        Assert.Equal(code, refusal?.Code);
        Assert.Contains(named, refusal?.Detail);
    }
}
