using Sovereignty.Contracts.Regions;
using Sovereignty.Contracts.Residency;
using Sovereignty.Evaluation;

namespace Sovereignty.Evaluation.Tests;

/// <summary>A world to decide in: the shipped groups, facts and rules, real region codes, and the platform default (EEA).</summary>
internal static class World
{
    public static readonly DateTimeOffset Now = new(2026, 11, 23, 6, 0, 0, TimeSpan.Zero);

    public static readonly DateTimeOffset LongAgo = new(2019, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static IReadOnlyList<Region> AllRegions { get; } =
    [
        Place("us-east-1", "US", "US"),
        Place("us-west-2", "US", "US"),
        Place("us-gov-west-1", "US", "US", partition: "aws-us-gov"),
        Place("ca-central-1", "CA", "CA,US"),
        Place("sa-east-1", "BR", "BR,US"),
        Place("eu-central-1", "DE", "DE,US"),
        Place("eu-central-2", "CH", "CH,US"),
        Place("eu-west-1", "IE", "IE,US"),
        Place("eu-west-2", "GB", "GB,US"),
        Place("eu-west-3", "FR", "FR,US"),
        Place("eu-north-1", "SE", "SE,US"),
        Place("eusc-de-east-1", "DE", "DE", partition: "aws-eusc", by: "AWS European Sovereign Cloud"),
        Place("ap-east-1", "HK", "HK,US"),
        Place("ap-south-1", "IN", "IN,US"),
        Place("ap-south-2", "IN", "IN,US"),
        Place("ap-northeast-1", "JP", "JP,US"),
        Place("cn-north-1", "CN", "CN", partition: "aws-cn", by: "Sinnet"),
    ];

    public static ResidencyPolicy PlatformDefault { get; } = Policy(null, null, ResidencyMode.Regional, new() { Group = "EEA" });

    public static Region Place(
        string code,
        string country,
        string jurisdictions,
        RegionState state = RegionState.Active,
        string partition = "aws",
        string by = "Amazon Web Services") =>
        new()
        {
            Code = code,
            Provider = "aws",
            Partition = partition,
            Country = country,
            Operator = by,
            OperatorJurisdictions = jurisdictions.Split(','),
            State = state,
            Version = 1,
        };

    public static ResidencyPolicy Policy(
        string? tenant,
        string? dataType,
        ResidencyMode mode,
        ResidencyParameters parameters,
        Guid? id = null,
        int version = 1,
        DateTimeOffset? from = null,
        DateTimeOffset? to = null) =>
        new()
        {
            Id = id ?? new Guid(System.Security.Cryptography.MD5.HashData(System.Text.Encoding.UTF8.GetBytes($"{tenant}/{dataType}/{mode}"))),
            Version = version,
            TenantId = tenant,
            DataType = dataType,
            Mode = mode,
            Parameters = parameters,
            ValidFrom = from ?? LongAgo,
            ValidTo = to,
        };

    public static PolicySnapshot Snapshot(params ResidencyPolicy[] policies) =>
        Snapshot(AllRegions, [PlatformDefault, .. policies]);

    public static PolicySnapshot Snapshot(
        IEnumerable<Region> regions,
        IEnumerable<ResidencyPolicy> policies,
        IEnumerable<LegalFact>? facts = null,
        IEnumerable<ClassificationRule>? rules = null,
        long epoch = 7) =>
        new(
            epoch,
            Now,
            policies.Select(policy => new PublishedPolicy(policy)),
            regions,
            facts ?? SeedData.LegalFacts,
            rules ?? SeedData.ClassificationRules);

    public static Placement Placement(
        string primary,
        string[]? replicas = null,
        string[]? backups = null,
        string type = "profile",
        string? level = "identity",
        string? origin = null,
        string tenant = "acme",
        string dataId = "d-1",
        long? minimumEpoch = null) =>
        new()
        {
            TenantId = tenant,
            DataId = dataId,
            DataType = type,
            Classification = level,
            OriginCountry = origin,
            PrimaryRegion = primary,
            ReplicaRegions = replicas ?? [],
            BackupRegions = backups ?? [],
            MinimumEpoch = minimumEpoch,
        };
}
