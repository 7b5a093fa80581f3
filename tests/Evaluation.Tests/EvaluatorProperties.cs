using System.Text.Json;
using CsCheck;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Regions;
using Sovereignty.Contracts.Residency;
using Sovereignty.Evaluation;
using static Sovereignty.Evaluation.Tests.RandomWorlds;
using static Sovereignty.Evaluation.Tests.World;
using DecideData = System.Func<Sovereignty.Evaluation.PolicySnapshot, Sovereignty.Evaluation.Placement, Sovereignty.Contracts.Data.Decision>;

namespace Sovereignty.Evaluation.Tests;

/// <summary>Each property is stated once over any evaluator, holds for ours, and fails for a broken one.</summary>
public sealed class EvaluatorProperties
{
    private const string Added = "g-added";

    [Fact]
    public void The_order_of_policies_regions_facts_and_rules_never_matters() => OrderNeverMatters(Evaluator.Decide);

    [Fact]
    public void The_property_of_order_catches_an_evaluator_that_takes_the_first_policy() => Fails(() => OrderNeverMatters((snapshot, placement) =>
        Evaluator.Decide(Snapshot(snapshot.Regions, snapshot.Policies.Select(policy => policy.Policy).Take(1)), placement)));

    [Fact]
    public void Another_prohibition_never_permits_what_was_refused() => ProhibitionNeverPermits(Evaluator.Decide);

    [Fact]
    public void The_property_of_prohibitions_catches_an_evaluator_that_lets_facts_outvote_each_other() => Fails(() => ProhibitionNeverPermits((snapshot, placement) =>
        Evaluator.Decide(With(snapshot, facts: snapshot.Facts.Any(fact => fact.Id == Added) ? [] : snapshot.Facts), placement)));

    [Fact]
    public void A_wider_policy_never_forbids() => PermissionNeverForbids(Evaluator.Decide, Widen);

    [Fact]
    public void The_property_of_wider_policies_catches_an_evaluator_that_reads_a_list_of_everywhere_as_nothing() => Fails(() => PermissionNeverForbids(
        (snapshot, placement) => Evaluator.Decide(
            With(snapshot, policies: snapshot.Policies.Where(policy => !(policy.Policy.Mode is ResidencyMode.Regional && policy.Policy.Parameters.Countries?.Count > 2))),
            placement),
        Widen));

    [Fact]
    public void Another_mechanism_never_forbids() => PermissionNeverForbids(Evaluator.Decide, DeclareMechanism);

    [Fact]
    public void The_property_of_mechanisms_catches_an_evaluator_that_reads_only_the_first_of_them() => Fails(() => PermissionNeverForbids(
        (snapshot, placement) => Evaluator.Decide(
            With(snapshot, policies: snapshot.Policies.Select(policy => policy with { Policy = policy.Policy with { Mechanisms = [.. policy.Policy.Mechanisms.Take(1)] } })),
            placement),
        DeclareMechanism));

    [Fact]
    public void Another_decision_of_adequacy_never_forbids() => PermissionNeverForbids(Evaluator.Decide, DecideAdequacy);

    [Fact]
    public void The_property_of_adequacy_catches_an_evaluator_that_reads_a_decision_as_a_condition() => Fails(() => PermissionNeverForbids(
        (snapshot, placement) => Evaluator.Decide(
            With(snapshot, facts: snapshot.Facts.Select(fact => fact.Id == Added ? fact with { Effect = LegalEffect.MechanismRequired } : fact)),
            placement),
        DecideAdequacy));

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
        (from world in GenWorld from seed in Gen.Int select (world, seed)).Sample(
            sample =>
            {
                var (snapshot, shuffle) = (sample.world.Snapshot, new Random(sample.seed));
                var shuffled = new PolicySnapshot(
                    snapshot.Epoch,
                    snapshot.AsOf,
                    Shuffled(snapshot.Policies.Select(policy => policy with { Policy = policy.Policy with { Mechanisms = Shuffled(policy.Policy.Mechanisms, shuffle) } }), shuffle),
                    Shuffled(snapshot.Regions, shuffle),
                    Shuffled(snapshot.Facts, shuffle),
                    Shuffled(snapshot.Rules, shuffle),
                    Shuffled(snapshot.Retentions, shuffle));
                return sample.world.Placements.All(placement => Text(decide(snapshot, placement)) == Text(decide(
                    shuffled,
                    placement with { ReplicaRegions = Shuffled(placement.ReplicaRegions, shuffle), BackupRegions = Shuffled(placement.BackupRegions, shuffle) })));
            },
            iter: 1_000, threads: 1);

    private static void ProhibitionNeverPermits(DecideData decide) =>
        (from world in GenWorld from extra in GenFact select (world, extra)).Sample(
            sample => Monotone(decide, sample.world, With(sample.world.Snapshot, facts: [.. sample.world.Snapshot.Facts, sample.extra.Kind == LegalFactKinds.PlatformRule ? sample.extra with { Id = Added } : Ban]), falls: true),
            iter: 1_000, threads: 1);

    private static void PermissionNeverForbids(DecideData decide, Gen<Func<PolicySnapshot, PolicySnapshot>> permission) =>
        (from world in GenWorld from permit in permission select (world, permit)).Sample(
            sample => Monotone(decide, sample.world, sample.permit(sample.world.Snapshot), falls: false),
            iter: 1_000, threads: 1);

    private static bool Monotone(DecideData decide, RandomWorld world, PolicySnapshot changed, bool falls) => world.Placements.All(placement =>
    {
        var (before, after) = (Strength(decide(world.Snapshot, placement)), Strength(decide(changed, placement)));
        return falls ? after <= before : before <= after;
    });

    private static int Strength(Decision decision) => decision.Outcome switch
    {
        DecisionOutcome.Forbidden => 0,
        DecisionOutcome.Indeterminate => 1,
        DecisionOutcome.NotPermitted => 2,
        _ => 3,
    };

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

    private static LegalFact Ban { get; } =
        new() { Id = Added, Kind = LegalFactKinds.PlatformRule, Instrument = "B", Effect = LegalEffect.NotInDestinations, Destinations = ["US"] };

    private static Gen<Func<PolicySnapshot, PolicySnapshot>> Widen { get; } =
        Gen.Const<Func<PolicySnapshot, PolicySnapshot>>(snapshot => With(snapshot, policies: snapshot.Policies.Select(policy => policy with
        {
            Policy = policy.Policy with { Mode = ResidencyMode.Regional, Parameters = new() { Countries = Everywhere } },
        })));

    private static Gen<Func<PolicySnapshot, PolicySnapshot>> DeclareMechanism { get; } =
        from mechanism in GenMechanism
        select new Func<PolicySnapshot, PolicySnapshot>(snapshot => With(snapshot, policies: snapshot.Policies.Select(policy => policy with
        {
            Policy = policy.Policy with { Mechanisms = [mechanism, .. policy.Policy.Mechanisms] },
        })));

    private static Gen<Func<PolicySnapshot, PolicySnapshot>> DecideAdequacy { get; } =
        from start in AnyOf("EEA", "X", "IN")
        from to in AnyOf("US", "IN", "CH", "HK")
        from certified in Gen.Bool
        select new Func<PolicySnapshot, PolicySnapshot>(snapshot => With(snapshot, facts:
            [.. snapshot.Facts, new() { Id = Added, Kind = LegalFactKinds.Adequacy, Instrument = "A", From = start, To = to, CertifiedOnly = certified }]));

    private static PolicySnapshot With(PolicySnapshot snapshot, IEnumerable<PublishedPolicy>? policies = null, IEnumerable<LegalFact>? facts = null) =>
        new(snapshot.Epoch, snapshot.AsOf, policies ?? snapshot.Policies, snapshot.Regions, facts ?? snapshot.Facts, snapshot.Rules, snapshot.Retentions);

    private static bool Admits(Decision decision) => decision.Outcome is DecisionOutcome.Allow or DecisionOutcome.AllowWithObligations;

    private static string Text(Decision decision) => JsonSerializer.Serialize(decision, ContractJson.Options);

    private static T[] Shuffled<T>(IEnumerable<T> items, Random random)
    {
        var array = items.ToArray();
        random.Shuffle(array);
        return array;
    }

    private static void Fails(Action property) => Assert.ThrowsAny<CsCheckException>(property);
}
