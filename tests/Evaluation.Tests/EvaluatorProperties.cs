using System.Text.Json;
using CsCheck;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Regions;
using Sovereignty.Contracts.Residency;
using Sovereignty.Evaluation;
using static Sovereignty.Evaluation.Tests.World;
using DecideData = System.Func<Sovereignty.Evaluation.PolicySnapshot, Sovereignty.Evaluation.Placement, Sovereignty.Contracts.Data.Decision>;

namespace Sovereignty.Evaluation.Tests;

/// <summary>Each property is stated once over any evaluator, holds for ours, and fails for a broken one.</summary>
public sealed class EvaluatorProperties
{
    private static readonly string[] Codes = [.. AllRegions.Select(region => region.Code), "eu-west-9", "aws-global"];

    private static readonly Gen<ResidencyPolicy> GenPolicy =
        from tenant in AnyOf<string?>("acme", "globex", null)
        from type in AnyOf<string?>("payment", "profile", null)
        from mode in Gen.Enum<ResidencyMode>()
        from country in AnyOf("DE", "US", "IN", "FR")
        from regions in AnyOf(Codes).Array[1, 4]
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
                Group = mode is ResidencyMode.Regional && country != "IN" ? "EU" : null,
                Countries = [country, "SE"],
                PrimaryRegions = regions,
                ReplicaRegions = [.. regions.Reverse().Take(2)],
                Regions = [.. regions.Select((code, i) => new ClientRegion { Code = code, Use = (ClientRegionUse)(i % 3) })],
            },
            new Guid(id, 0, 0, new byte[8]),
            version,
            Now.AddDays(start),
            length > 0 ? Now.AddDays(start + length) : null);

    private static readonly Gen<ResidencyPolicy[]> GenPolicies =
        GenPolicy.Array[0, 8].Select(policies => policies
            .DistinctBy(policy => (policy.Id, policy.Version))
            .GroupBy(policy => policy.Id)
            .SelectMany(versions => versions.Select(policy => policy with { TenantId = versions.First().TenantId, DataType = versions.First().DataType }))
            .ToArray());

    private static readonly Gen<Region[]> GenRegions =
        Gen.Enum<RegionState>().Array[AllRegions.Count].Select(states => AllRegions
            .Select((region, i) => region with { State = (int)states[i] % 3 == 0 ? states[i] : RegionState.Active })
            .ToArray());

    private static readonly Gen<Placement> GenPlacement =
        from tenant in AnyOf("acme", "globex")
        from type in AnyOf("payment", "profile")
        from level in AnyOf("identity", "content", null)
        from origin in AnyOf("IN", "RU", "DE", null)
        from primary in AnyOf(Codes)
        from replicas in AnyOf(Codes).Array[0, 3]
        from backups in AnyOf(Codes).Array[0, 2]
        select Placement(primary, replicas, backups, type, level, origin, tenant);

    private static readonly LegalFact[] ExtraFacts =
    [
        new() { Id = "x-de", Kind = "localisation", Country = "DE", Instrument = "X 1", Effect = LegalEffect.EveryCopyInCountry },
        new() { Id = "x-in", Kind = "localisation", Country = "IN", Instrument = "X 2", Effect = LegalEffect.PrimaryInCountry },
        new() { Id = "y-in", Kind = "localisation", Country = "IN", Instrument = "X 3", Effect = LegalEffect.EveryCopyInCountry },
    ];

    [Fact]
    public void The_order_of_policies_regions_facts_and_rules_never_matters() => OrderNeverMatters(Evaluator.Decide);

    [Fact]
    public void The_property_of_order_catches_an_evaluator_that_takes_the_first_policy() => Fails(() => OrderNeverMatters((snapshot, placement) =>
        Evaluator.Decide(Snapshot(snapshot.Regions, snapshot.Policies.Select(policy => policy.Policy).Take(1)), placement)));

    [Fact]
    public void Another_prohibition_never_permits_what_was_refused() => ProhibitionNeverPermits(Evaluator.Decide);

    [Fact]
    public void The_property_of_prohibitions_catches_an_evaluator_that_lets_facts_outvote_each_other() => Fails(() => ProhibitionNeverPermits((snapshot, placement) =>
        Evaluator.Decide(Snapshot(snapshot.Regions, snapshot.Policies.Select(policy => policy.Policy), snapshot.Facts.Count > SeedData.LegalFacts.Count ? [] : snapshot.Facts), placement)));

    [Fact]
    public void A_policy_of_another_tenant_or_type_never_changes_a_decision() => OthersNeverMatter(Evaluator.Decide);

    [Fact]
    public void The_property_of_isolation_catches_an_evaluator_that_ignores_the_tenant() => Fails(() => OthersNeverMatter((snapshot, placement) =>
        Evaluator.Decide(Snapshot(snapshot.Regions, snapshot.Policies.Select(policy => policy.Policy with { TenantId = null })), placement)));

    [Fact]
    public void A_placement_is_admitted_exactly_when_each_of_its_copies_alone_would_be() => WholeIsItsCopies(Evaluator.Decide);

    [Fact]
    public void The_property_of_copies_catches_an_evaluator_that_overlooks_backups() => Fails(() => WholeIsItsCopies((snapshot, placement) =>
        Evaluator.Decide(snapshot, placement with { BackupRegions = [] })));

    [Fact]
    public void Removing_a_region_from_service_never_permits() => LosingARegionNeverPermits(Evaluator.Decide);

    [Fact]
    public void The_property_of_lost_regions_catches_an_evaluator_that_only_looks_at_countries() => Fails(() => LosingARegionNeverPermits((snapshot, placement) =>
        Evaluator.Decide(Snapshot(snapshot.Regions.Select(region => region with { State = RegionState.Active }), snapshot.Policies.Select(policy => policy.Policy)), placement)));

    [Fact]
    public void Regions_that_are_suggested_are_admitted_when_taken() => SuggestionsHold(Evaluator.Decide);

    [Fact]
    public void The_property_of_suggestions_catches_an_evaluator_that_suggests_any_region() => Fails(() => SuggestionsHold((snapshot, placement) =>
        Evaluator.Decide(snapshot, placement) with { NearestCompliantRegions = ["us-east-1"] }));

    private static void OrderNeverMatters(DecideData decide) =>
        (from policies in GenPolicies
         from regions in GenRegions
         from placement in GenPlacement
         from seed in Gen.Int
         select (policies, regions, placement, seed)).Sample(
            world =>
            {
                var shuffle = new Random(world.seed);
                LegalFact[] facts = [.. SeedData.LegalFacts, .. ExtraFacts];
                ClassificationRule[] rules = [.. SeedData.ClassificationRules, .. SeedData.ClassificationRules.Select(rule => rule with { Level = ClassificationLevel.Content })];
                var one = decide(Snapshot(world.regions, world.policies, facts, rules), world.placement);
                var other = decide(
                    Snapshot(Shuffled(world.regions, shuffle), Shuffled(world.policies, shuffle), Shuffled(facts, shuffle), Shuffled(rules, shuffle)),
                    world.placement with { ReplicaRegions = Shuffled(world.placement.ReplicaRegions, shuffle), BackupRegions = Shuffled(world.placement.BackupRegions, shuffle) });
                return Text(one) == Text(other);
            },
            iter: 2_000, threads: 1);

    private static void ProhibitionNeverPermits(DecideData decide) =>
        (from policies in GenPolicies from regions in GenRegions from placement in GenPlacement from extra in AnyOf(ExtraFacts) select (policies, regions, placement, extra)).Sample(
            world => Admits(decide(Snapshot(world.regions, world.policies), world.placement))
                || !Admits(decide(Snapshot(world.regions, world.policies, [.. SeedData.LegalFacts, world.extra]), world.placement)),
            iter: 2_000, threads: 1);

    private static void OthersNeverMatter(DecideData decide) =>
        (from policies in GenPolicies from other in GenPolicy from regions in GenRegions from placement in GenPlacement select (policies, other, regions, placement)).Sample(
            world =>
            {
                var foreign = world.other with { Id = new Guid(99, 0, 0, new byte[8]), TenantId = world.placement.TenantId == "acme" ? "globex" : "acme", DataType = world.placement.DataType };
                return Text(decide(Snapshot(world.regions, world.policies), world.placement))
                    == Text(decide(Snapshot(world.regions, [.. world.policies, foreign]), world.placement));
            },
            iter: 2_000, threads: 1);

    private static void WholeIsItsCopies(DecideData decide) =>
        (from policies in GenPolicies from regions in GenRegions from placement in GenPlacement select (policies, regions, placement)).Sample(
            world =>
            {
                var snapshot = Snapshot(world.regions, [PlatformDefault, .. world.policies]);
                var alone = world.placement with { ReplicaRegions = [], BackupRegions = [] };
                bool Alone(Placement placement) => Admits(decide(snapshot, placement));
                var each = Alone(alone)
                    && world.placement.ReplicaRegions.All(region => Alone(alone with { ReplicaRegions = [region] }))
                    && world.placement.BackupRegions.All(region => Admits(Evaluator.Decide(snapshot, alone with { BackupRegions = [region] })));
                return each == Admits(decide(snapshot, world.placement));
            },
            iter: 2_000, threads: 1);

    private static void LosingARegionNeverPermits(DecideData decide) =>
        (from policies in GenPolicies from regions in GenRegions from placement in GenPlacement select (policies, regions, placement)).Sample(
            world =>
            {
                var without = world.regions.Select(region => region.Code == world.placement.PrimaryRegion ? region with { State = RegionState.Suspended } : region);
                return !Admits(decide(Snapshot(without, [PlatformDefault, .. world.policies]), world.placement));
            },
            iter: 2_000, threads: 1);

    private static void SuggestionsHold(DecideData decide) =>
        (from policies in GenPolicies from regions in GenRegions from placement in GenPlacement select (policies, regions, placement)).Sample(
            world =>
            {
                var snapshot = Snapshot(world.regions, [PlatformDefault, .. world.policies]);
                var decision = decide(snapshot, world.placement with { Classification = "content" });
                return decision.NearestCompliantRegions.All(region =>
                        Admits(Evaluator.Decide(snapshot, world.placement with { Classification = "content", PrimaryRegion = region, ReplicaRegions = [], BackupRegions = [] })))
                    && decision.NearestCompliantRegions.Count <= Evaluator.MaxNearestRegions
                    && (!Admits(decision) || decision.NearestCompliantRegions.Count == 0);
            },
            iter: 2_000, threads: 1);

    private static bool Admits(Decision decision) => decision.Outcome is DecisionOutcome.Allow or DecisionOutcome.AllowWithObligations;

    private static string Text(Decision decision) => JsonSerializer.Serialize(decision, ContractJson.Options);

    private static Gen<T> AnyOf<T>(params T[] items) => Gen.Int[0, items.Length - 1].Select(i => items[i]);

    private static T[] Shuffled<T>(IEnumerable<T> items, Random random)
    {
        var array = items.ToArray();
        random.Shuffle(array);
        return array;
    }

    private static void Fails(Action property) => Assert.ThrowsAny<CsCheckException>(property);
}
