using Sovereignty.Contracts.Access;
using Sovereignty.Contracts.Regions;
using Sovereignty.Contracts.Residency;
using Sovereignty.Evaluation;

namespace Sovereignty.Policy.Bench;

/// <summary>A platform default and policies of tenants and types that are all distinct, in every mode; the shipped facts and rules.</summary>
internal static class BenchWorld
{
    public const int PoolSize = 20_000;

    private static readonly DateTimeOffset AsOf = new(2026, 11, 23, 0, 0, 0, TimeSpan.Zero);

    private static readonly string[] Levels = ["identity", "transactional", "operational", "content", "analytical"];

    private static readonly string?[] Origins = [null, "DE", "FR", "IN", "RU", "US", "BR"];

    private static readonly Region[] Regions =
    [
        .. "us-east-1:US us-east-2:US us-west-1:US us-west-2:US ca-central-1:CA ca-west-1:CA sa-east-1:BR mx-central-1:MX eu-central-1:DE eu-central-2:CH eu-west-1:IE eu-west-2:GB eu-west-3:FR eu-north-1:SE eu-south-1:IT eu-south-2:ES eusc-de-east-1:DE il-central-1:IL me-south-1:BH me-central-1:AE af-south-1:ZA ap-east-1:HK ap-south-1:IN ap-south-2:IN ap-southeast-1:SG ap-southeast-2:AU ap-southeast-3:ID ap-southeast-4:AU ap-southeast-5:MY ap-northeast-1:JP ap-northeast-2:KR ap-northeast-3:JP cn-north-1:CN cn-northwest-1:CN"
            .Split(' ')
            .Select(region => region.Split(':'))
            .Select(region => new Region
            {
                Code = region[0],
                Provider = "aws",
                Partition = "aws",
                Country = region[1],
                Operator = "operator",
                OperatorJurisdictions = region[0].StartsWith("eusc", StringComparison.Ordinal) ? [region[1]] : [region[1], "US"],
                State = RegionState.Active,
                Version = 1,
            }),
    ];

    public static PublishedPolicy[] Policies(int policies) =>
    [
        new(Policy(0) with { TenantId = null, DataType = null, Mode = ResidencyMode.Regional, Parameters = new() { Group = "EEA" } }),
        .. Enumerable.Range(1, policies - 1).Select(i => new PublishedPolicy(Policy(i))),
    ];

    public static PolicySnapshot Snapshot(int policies) => Snapshot(Policies(policies));

    public static PolicySnapshot Snapshot(IEnumerable<PublishedPolicy> policies, long epoch = 1) =>
        new(epoch, AsOf, policies, Regions, SeedData.LegalFacts, SeedData.ClassificationRules);

    /// <summary>Placements in random order, of which one in ten is of a tenant without a policy.</summary>
    public static Placement[] Pool(int policies)
    {
        var random = new Random(7);
        Placement Next(int i)
        {
            var of = random.Next(1, policies + (policies / 10) + 1);
            return Placement.Read(new()
            {
                TenantId = Tenant(of),
                DataType = Type(of),
                DataId = $"d-{i}",
                Classification = Any(random, Levels),
                OriginCountry = Any(random, Origins),
                PrimaryRegion = AnyRegion(random),
                ReplicaRegions = [.. Enumerable.Range(0, random.Next(3)).Select(_ => AnyRegion(random))],
                BackupRegions = [.. Enumerable.Range(0, random.Next(2)).Select(_ => AnyRegion(random))],
            }).Placement!;
        }

        return [.. Enumerable.Range(0, PoolSize).Select(Next)];
    }

    private static ResidencyPolicy Policy(int i)
    {
        var random = new Random(i);
        string[] codes = [.. Enumerable.Range(0, 4).Select(_ => Any(random, Regions).Code)];
        return new()
        {
            Id = new(i, 0, 0, new byte[8]),
            Version = 1,
            TenantId = Tenant(i),
            DataType = Type(i),
            Mode = (ResidencyMode)(i % 5),
            Parameters = new()
            {
                Country = Any(random, Regions).Country,
                Countries = [.. Enumerable.Range(0, 6).Select(_ => Any(random, Regions).Country)],
                PrimaryRegions = codes,
                ReplicaRegions = [.. codes.Reverse().Take(3)],
                Regions = [.. codes.Select((code, n) => new ClientRegion { Code = code, Use = (ClientRegionUse)(n % 3) })],
            },
            Mechanisms = i % 3 == 0 ? [new() { Kind = TransferMechanismKind.Scc, Reference = "SCC-1", Countries = ["US", "IN"] }] : [],
            ValidFrom = AsOf.AddYears(-1),
        };
    }

    // A text of its own, as one that was received.
    private static string AnyRegion(Random random) => new(Any(random, Regions).Code.AsSpan());

    private static string Tenant(int i) => $"tenant-{i:x8}";

    private static string Type(int i) => $"type-{i:x6}";

    private static T Any<T>(Random random, T[] items) => items[random.Next(items.Length)];
}
