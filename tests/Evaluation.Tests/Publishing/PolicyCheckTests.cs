using System.Text.Json;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Access;
using Sovereignty.Contracts.Residency;
using Sovereignty.Evaluation.Publishing;
using Sovereignty.Evaluation.Tests;

namespace Sovereignty.Evaluation.Tests.Publishing;

public sealed class PolicyCheckTests
{
    [Theory]
    [InlineData(ResidencyMode.SingleCountry, """{"country":"DE"}""")]
    [InlineData(ResidencyMode.FullySovereign, """{"country":"DE"}""")]
    [InlineData(ResidencyMode.Regional, """{"group":"EU_EFTA"}""")]
    [InlineData(ResidencyMode.Regional, """{"countries":["DE","CH"]}""")]
    [InlineData(ResidencyMode.Hybrid, """{"primaryRegions":["eu-central-1"],"replicaRegions":["us-east-1"]}""")]
    [InlineData(ResidencyMode.ClientOwned, """{"regions":[{"code":"eu-central-1","use":"both"}],"viewFromOutside":true}""")]
    public void The_parameters_of_each_mode_are_taken(ResidencyMode mode, string parameters)
    {
        Assert.Null(Check(mode, parameters));
    }

    [Theory]
    [InlineData("country", ResidencyMode.SingleCountry, "{}")]
    [InlineData("country", ResidencyMode.SingleCountry, """{"country":"Germany"}""")]
    [InlineData("country", ResidencyMode.FullySovereign, """{"country":"XX"}""")]
    [InlineData("group", ResidencyMode.SingleCountry, """{"country":"DE","group":"EU"}""")]
    [InlineData("group", ResidencyMode.Regional, "{}")]
    [InlineData("group", ResidencyMode.Regional, """{"group":"EU","countries":["DE"]}""")]
    [InlineData("group", ResidencyMode.Regional, """{"group":"APAC"}""")]
    [InlineData("countries", ResidencyMode.Regional, """{"countries":[]}""")]
    [InlineData("countries[1]", ResidencyMode.Regional, """{"countries":["DE","de"]}""")]
    [InlineData("primaryRegions", ResidencyMode.Hybrid, """{"replicaRegions":["us-east-1"]}""")]
    [InlineData("replicaRegions", ResidencyMode.Hybrid, """{"primaryRegions":["us-east-1"],"replicaRegions":[]}""")]
    [InlineData("primaryRegions[0]", ResidencyMode.Hybrid, """{"primaryRegions":["eu-mars-1"],"replicaRegions":["us-east-1"]}""", "region-unknown")]
    [InlineData("replicaRegions[0]", ResidencyMode.Hybrid, """{"primaryRegions":["us-east-1"],"replicaRegions":["aws-global"]}""", "region-not-a-place")]
    [InlineData("regions", ResidencyMode.ClientOwned, "{}")]
    [InlineData("regions", ResidencyMode.ClientOwned, """{"regions":[{"code":"eu-central-1","use":"copy"}]}""")]
    [InlineData("regions", ResidencyMode.ClientOwned, """{"regions":[{"code":"eu-central-1","use":"copy"},{"code":"eu-central-1","use":"primary"}]}""")]
    [InlineData("regions[0].code", ResidencyMode.ClientOwned, """{"regions":[{"code":"eu-mars-1","use":"both"}]}""", "region-unknown")]
    [InlineData("viewFromOutside", ResidencyMode.SingleCountry, """{"country":"DE","viewFromOutside":false}""")]
    public void A_fault_names_its_parameter(string parameter, ResidencyMode mode, string parameters, string code = "parameters-invalid")
    {
        var fault = Check(mode, parameters);

        Assert.Equal(($"parameters.{parameter}", code), (fault?.Field, fault?.Code));
        Assert.StartsWith($"parameters.{parameter} ", fault!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, """{"kind":"scc","reference":"C-17","countries":["US","JP"],"validUntil":"2027-11-23T06:00:00Z"}""")]
    [InlineData(null, """{"kind":"certification","reference":"DPF-1","countries":["US"]}""")]
    [InlineData("", "null")]
    [InlineData(".kind", """{"kind":null,"reference":"C-17","countries":["US"]}""")]
    [InlineData(".reference", """{"kind":"bcr","reference":" ","countries":["US"]}""")]
    [InlineData(".reference", """{"kind":"bcr","reference":null,"countries":["US"]}""")]
    [InlineData(".countries", """{"kind":"bcr","reference":"B","countries":[]}""")]
    [InlineData(".countries", """{"kind":"bcr","reference":"B","countries":null}""")]
    [InlineData(".countries[1]", """{"kind":"bcr","reference":"B","countries":["US","EEA"]}""")]
    [InlineData(".countries[0]", """{"kind":"bcr","reference":"B","countries":[null]}""")]
    [InlineData(".validUntil", """{"kind":"derogation","reference":"D","countries":["US"],"validUntil":"2026-11-23T06:00:00Z"}""")]
    public void A_mechanism_is_checked_and_its_fault_named(string? member, string mechanism)
    {
        var request = Request(ResidencyMode.SingleCountry, """{"country":"DE"}""") with
        {
            Mechanisms = [new() { Kind = TransferMechanismKind.Scc, Reference = "fine", Countries = ["US"] }, JsonSerializer.Deserialize<MechanismRequest>(mechanism, ContractJson.Options)],
        };

        Assert.Equal(member is null ? null : $"mechanisms[1]{member}", FieldOf(request));
    }

    [Theory]
    [InlineData(200, null)]
    [InlineData(201, "mechanisms[0].reference")]
    public void A_reference_has_at_most_200_characters(int length, string? field)
    {
        Assert.Equal(field, FieldOf(Request(ResidencyMode.SingleCountry, """{"country":"DE"}""") with
        {
            Mechanisms = [new() { Kind = TransferMechanismKind.Scc, Reference = new('r', length), Countries = ["US"] }],
        }));
    }

    [Fact]
    public void Client_owned_is_of_a_tenant_and_an_end_is_after_its_start()
    {
        var valid = Request(ResidencyMode.SingleCountry, """{"country":"DE"}""");
        var client = Request(ResidencyMode.ClientOwned, """{"regions":[{"code":"eu-central-1","use":"both"}]}""");

        Assert.Equal("parameters.regions", FieldOf(client with { TenantId = null }));
        Assert.Equal("validTo", FieldOf(valid with { ValidTo = valid.ValidFrom }));
        Assert.Equal("validFrom", FieldOf(valid with { ValidFrom = null }));
        Assert.Equal("mode", FieldOf(valid with { Mode = null }));
        Assert.Equal("parameters", FieldOf(valid with { Parameters = null }));
        Assert.Equal("tenantId", FieldOf(valid with { TenantId = "*" }));
        Assert.Equal("dataType", FieldOf(valid with { DataType = "" }));
        Assert.Null(FieldOf(valid));
    }

    private static string? FieldOf(PolicyRequest request) => PolicyCheck.Check(request, World.Snapshot())?.Field;

    private static PolicyFault? Check(ResidencyMode mode, string parameters) => PolicyCheck.Check(Request(mode, parameters), World.Snapshot());

    private static PolicyRequest Request(ResidencyMode mode, string parameters) => new()
    {
        TenantId = "acme",
        Mode = mode,
        Parameters = JsonSerializer.Deserialize<ParametersRequest>(parameters, ContractJson.Options),
        ValidFrom = World.Now,
    };
}
