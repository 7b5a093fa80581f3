using Sovereignty.Contracts;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Residency;

namespace Sovereignty.Cli.Demo;

/// <summary>Data to create, and what the platform should answer.</summary>
internal sealed record ExpectedData(DataCreated Data, string Expected);

/// <summary>Two tenants' policies, and data of many kinds with the answer each should get.</summary>
internal static class Scenario
{
    private const string Acme = "acme";
    private const string Globex = "globex";

    public static IReadOnlyList<PolicyWanted> Policies { get; } =
    [
        new(Acme, null, ResidencyMode.Regional, new() { Group = "EU" }),
        new(Acme, "payment-in", ResidencyMode.SingleCountry, new() { Country = "IN" }),
        new(Acme, "health-record", ResidencyMode.FullySovereign, new() { Country = "DE" }),
        new(Acme, "telemetry", ResidencyMode.Hybrid, new() { PrimaryRegions = ["eu-central-1", "eu-west-1"], ReplicaRegions = ["eu-central-1", "eu-west-1", "us-east-1"] }),
        new(Globex, null, ResidencyMode.ClientOwned, new()
        {
            Regions = [new() { Code = "us-east-1", Use = ClientRegionUse.Both }, new() { Code = "ca-central-1", Use = ClientRegionUse.Copy }],
            ViewFromOutside = true,
        }),
    ];

    private static readonly Func<string, ExpectedData>[] Kinds =
    [
        id => Data(id, Acme, "customer-profile", "identity", "DE", "eu-central-1", ["eu-west-1"], [], ReasonCodes.Compliant),
        id => Data(id, Acme, "order", "transactional", "FR", "eu-west-3", ["eu-central-1", "eu-south-1"], ["eu-north-1"], ReasonCodes.Compliant),
        id => Data(id, Acme, "customer-profile", "identity", "DE", "us-east-1", [], [], ReasonCodes.MechanismMissing),
        id => Data(id, Acme, "customer-profile", "identity", "DE", "eu-west-2", [], [], ReasonCodes.PrimaryOutsideResidency),
        id => Data(id, Acme, "order", "transactional", "FR", "eu-west-1", ["eu-central-2"], [], ReasonCodes.ReplicaOutsideResidency),
        id => Data(id, Acme, "order", "transactional", "FR", "eu-west-1", [], ["ap-northeast-1"], ReasonCodes.BackupOutsideResidency),
        id => Data(id, Acme, "payment-in", "transactional", "IN", "ap-south-1", ["ap-south-2"], [], ReasonCodes.Compliant),
        id => Data(id, Acme, "payment-in", "transactional", "IN", "ap-southeast-1", [], [], ReasonCodes.PrimaryOutsideResidency),
        id => Data(id, Acme, "health-record", "identity", "DE", "eusc-de-east-1", [], [], ReasonCodes.Compliant),
        id => Data(id, Acme, "health-record", "identity", "DE", "eu-central-1", [], [], ReasonCodes.OperatorNotSovereign),
        id => Data(id, Acme, "telemetry", "operational", null, "eu-central-1", ["us-east-1"], [], ReasonCodes.Compliant),
        id => Data(id, Acme, "telemetry", "operational", null, "us-east-1", ["eu-central-1"], [], ReasonCodes.PrimaryOutsideResidency),
        id => Data(id, Globex, "document", "content", "US", "us-east-1", ["ca-central-1"], [], ReasonCodes.Compliant),
        id => Data(id, Globex, "document", "content", "US", "ca-central-1", [], [], ReasonCodes.PrimaryOutsideResidency),
        id => Data(id, Globex, "report", "analytical", null, "us-east-1", [], ["us-east-1"], ReasonCodes.Compliant),
        id => Data(id, Acme, "customer-profile", "secret", "DE", "eu-central-1", [], [], ReasonCodes.ClassificationUnknown),
        id => Data(id, Acme, "order", "transactional", "DE", "eu-nowhere-9", [], [], ReasonCodes.RegionUnknown),
        id => Data(id, Acme, "customer-profile", "identity", "RU", "eu-central-1", [], [], ReasonCodes.LocalisationRequired),
    ];

    public static int KindsOfData => Kinds.Length;

    public static IEnumerable<ExpectedData> Generate(string run, int count, int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < count; i++)
        {
            // The first of each kind in turn, so that every kind is there; then as chance will have it.
            var kind = i < Kinds.Length ? i : random.Next(Kinds.Length);
            yield return Kinds[kind]($"{run}-{i:00000}");
        }
    }

    private static ExpectedData Data(
        string id, string tenant, string type, string level, string? origin, string primary, string[] replicas, string[] backups, string expected) =>
        new(
            new()
            {
                OccurredAt = TimeProvider.System.GetUtcNow(),
                TenantId = tenant,
                Actor = Actor.Service("demo-client"),
                DataId = id,
                DataType = type,
                Classification = level,
                OriginCountry = origin,
                PrimaryRegion = primary,
                ReplicaRegions = replicas,
                BackupRegions = backups,
            },
            expected);
}

/// <summary>A policy that the demo wants to be there.</summary>
internal sealed record PolicyWanted(string Tenant, string? DataType, ResidencyMode Mode, ResidencyParameters Parameters)
{
    private static readonly DateTimeOffset AlwaysValid = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public object ToBody() => new { TenantId = Tenant, DataType, Mode, Parameters, ValidFrom = AlwaysValid };
}
