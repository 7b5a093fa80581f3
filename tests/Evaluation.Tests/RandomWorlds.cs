using CsCheck;
using Sovereignty.Contracts.Access;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Regions;
using Sovereignty.Contracts.Residency;
using Sovereignty.Evaluation;
using static Sovereignty.Evaluation.Tests.World;

namespace Sovereignty.Evaluation.Tests;

/// <summary>A snapshot, and placements to decide in it.</summary>
internal sealed record RandomWorld(PolicySnapshot Snapshot, Placement[] Placements);

internal static class RandomWorlds
{
    private static readonly string[] Codes = [.. AllRegions.Select(region => region.Code), "eu-west-9", "aws-global"];

    /// <summary>Every country that has a region.</summary>
    public static string[] Everywhere { get; } = [.. AllRegions.Select(region => region.Country).Distinct()];

    private static readonly ResidencyPolicy WideDefault = Policy(null, null, ResidencyMode.Regional, new() { Countries = Everywhere });

    private static readonly DateOnly Today = DateOnly.FromDateTime(Now.UtcDateTime);

    public static Gen<DeclaredMechanism> GenMechanism { get; } =
        from kind in Gen.Enum<TransferMechanismKind>()
        from countries in AnyOf("US", "IN", "HK", "DE").Array[1, 4]
        from days in Gen.Int[-1, 3]
        select new DeclaredMechanism { Kind = kind, Reference = "r", Countries = countries, ValidUntil = days >= 2 ? null : Now.AddDays(days) };

    public static Gen<ResidencyPolicy> GenPolicy { get; } =
        from tenant in AnyOf<string?>("acme", "globex", null)
        from type in AnyOf<string?>("payment", "profile", null)
        from mode in Gen.Enum<ResidencyMode>()
        from country in AnyOf("DE", "US", "IN", "FR")
        from wide in Gen.Bool
        from regions in AnyOf(Codes).Array[1, 4]
        from mechanisms in GenMechanism.Array[0, 2]
        from version in Gen.Int[1, 3]
        from id in Gen.Int[1, 6]
        from start in Gen.Int[-3, 1]
        from length in Gen.Int[0, 4]
        select Policy(
            tenant,
            type,
            mode,
            new()
            {
                Country = country,
                Group = mode is ResidencyMode.Regional && !wide && country != "IN" ? "EU" : null,
                Countries = wide ? Everywhere : [country, "SE"],
                PrimaryRegions = regions,
                ReplicaRegions = [.. regions.Reverse().Take(2)],
                Regions = [.. regions.Select((code, i) => new ClientRegion { Code = code, Use = (ClientRegionUse)(i % 3) })],
            },
            new Guid(id, 0, 0, new byte[8]),
            version,
            Now.AddDays(start),
            length > 0 ? Now.AddDays(start + length) : null) with
        { Mechanisms = mechanisms };

    public static Gen<ResidencyPolicy[]> GenPolicies { get; } =
        GenPolicy.Array[0, 8].Select(policies => policies
            .DistinctBy(policy => (policy.Id, policy.Version))
            .GroupBy(policy => policy.Id)
            .SelectMany(versions => versions.Select(policy => policy with { TenantId = versions.First().TenantId, DataType = versions.First().DataType }))
            .ToArray());

    public static Gen<Region[]> GenRegions { get; } =
        Gen.Enum<RegionState>().Array[AllRegions.Count].Select(states => AllRegions
            .Select((region, i) => region with { State = (int)states[i] % 3 == 0 ? states[i] : RegionState.Active })
            .ToArray());

    public static Gen<Placement> GenPlacement { get; } =
        from tenant in AnyOf("acme", "globex")
        from type in AnyOf("payment", "profile")
        from level in AnyOf("identity", "content", null)
        from origin in AnyOf("IN", "RU", "DE", null)
        from primary in AnyOf(Codes)
        from replicas in AnyOf(Codes).Array[0, 3]
        from backups in AnyOf(Codes).Array[0, 2]
        select Placement(primary, replicas, backups, type, level, origin, tenant);

    public static Gen<LegalFact> GenFact { get; } =
        from effect in AnyOf([.. Enum.GetValues<LegalEffect>(), LegalEffect.MechanismRequired])
        from kind in AnyOf(LegalFactKinds.Adequacy, LegalFactKinds.CountryGroup, LegalFactKinds.PlatformRule)
        from country in AnyOf<string?>("IN", "RU", "DE", "US", null)
        from begins in AnyOf<string?>("EEA", "X", "Y", "IN", "US", null)
        from to in AnyOf("US", "IN", "CH", "HK")
        from destinations in AnyOf("CN", "HK", "US", "DE").Array[0, 2]
        from types in AnyOf("payment", "note").Array[0, 1]
        from levels in Gen.Enum<ClassificationLevel>().Array[0, 2]
        from members in AnyOf("US", "IN", "FR", "RU").Array[1, 3]
        from certified in Gen.Bool
        from first in AnyOf<int?>(null, null, -1, 0, 1)
        from last in AnyOf<int?>(null, null, -1, 0, 1)
        let days = (From: first is { } one ? Today.AddDays(one) : (DateOnly?)null, Until: last is { } other ? Today.AddDays(other) : (DateOnly?)null)
        select kind == LegalFactKinds.CountryGroup
            ? new LegalFact { Id = "", Kind = kind, Instrument = "G", Group = certified ? "X" : "Y", Members = [.. members.Select((member, i) => new GroupMember { Country = member, From = i == 1 ? days.From : null, Until = i == 1 ? days.Until : null })] }
            : new LegalFact
            {
                Id = "",
                Kind = kind,
                Instrument = "L",
                Effect = kind == LegalFactKinds.Adequacy ? LegalEffect.None : effect,
                Country = kind == LegalFactKinds.Adequacy ? null : country,
                From = begins,
                To = to,
                Destinations = destinations,
                DataTypes = types,
                Levels = levels,
                CertifiedOnly = certified,
                ValidFrom = days.From,
                ValidUntil = days.Until,
            };

    public static Gen<LegalFact[]> GenFacts { get; } =
        from facts in GenFact.Array[0, 10]
        from shipped in AnyOf<IReadOnlyList<LegalFact>>(SeedData.LegalFacts, [])
        select (LegalFact[])[.. shipped, .. facts.Select((fact, i) => fact with { Id = $"{(i % 2 == 0 ? "f" : "x")}-{i}" })];

    public static Gen<Retention?> GenRetention { get; } =
        from least in AnyOf<string?>(null, "P30D", "P1Y", "P12M")
        from most in AnyOf<string?>(null, "P60D", "P2Y")
        from given in Gen.Bool
        select given ? new Retention { Least = least, Most = most } : null;

    public static Gen<ClassificationRule> GenRule { get; } =
        from shipped in AnyOf([.. SeedData.ClassificationRules])
        from level in Gen.Enum<ClassificationLevel>()
        from own in GenRetention
        from tenants in GenRetention
        select shipped with { Level = level, Obligations = own is null ? shipped.Obligations : shipped.Obligations with { Retention = own }, TenantRetention = tenants };

    public static Gen<RetentionRule> GenChoice { get; } =
        from tenant in AnyOf("acme", "initech")
        from level in Gen.Enum<ClassificationLevel>()
        from retention in GenRetention
        select new RetentionRule { TenantId = tenant, Level = level, Retention = retention };

    public static Gen<Placement> GenAnyPlacement { get; } =
        from tenant in AnyOf("acme", "globex", "initech", "umbrella")
        from type in AnyOf("payment", "profile", "note", "photo")
        from level in AnyOf("identity", "transactional", "operational", "content", "analytical", "Identity", null)
        from origin in AnyOf("IN", "RU", "DE", "US", "FR", "SE", "AR", "HK", null)
        from primary in AnyOf([.. Codes, "eu-west-0", "GLOBAL"])
        from replicas in AnyOf([.. Codes, "zz", ""]).Array[0, 3]
        from backups in AnyOf([.. Codes, "eu-global", "eu-west-91"]).Array[0, 2]
        from epoch in AnyOf<long?>(null, null, null, 7, 8)
        select Placement(primary, replicas, backups, type, level, origin, tenant, minimumEpoch: epoch);

    public static Gen<RandomWorld> GenWorld { get; } =
        from policies in GenPolicies
        from standard in AnyOf<ResidencyPolicy?>(null, PlatformDefault, WideDefault, WideDefault)
        from mechanisms in GenMechanism.Array[0, 2]
        from regions in GenRegions
        from facts in GenFacts
        from rules in GenRule.Array[0, 3]
        from choices in GenChoice.Array[0, 3]
        from retired in Gen.Int[-1, 3]
        from placements in GenAnyPlacement.Array[8]
        select new RandomWorld(
            new(
                7,
                Now,
                [.. policies.Select((policy, i) => new PublishedPolicy(policy, i == retired ? Now : null)), .. standard is null ? Array.Empty<PublishedPolicy>() : [new PublishedPolicy(standard with { Mechanisms = mechanisms })]],
                regions,
                facts,
                [.. SeedData.ClassificationRules.Skip(rules.Length), .. rules],
                choices),
            placements);

    public static Gen<T> AnyOf<T>(params T[] items) => Gen.Int[0, items.Length - 1].Select(i => items[i]);
}
