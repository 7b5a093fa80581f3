using System.Text.Json;
using CsCheck;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Access;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Residency;
using Sovereignty.Evaluation;
using Sovereignty.Evaluation.Access;
using static Sovereignty.Evaluation.Tests.World;
using static Sovereignty.Evaluation.Tests.Access.AccessWorld;
using AskAccess = System.Func<Sovereignty.Evaluation.PolicySnapshot, Sovereignty.Evaluation.Access.KnownAccessData, Sovereignty.Contracts.Residency.ValidateAccess, Sovereignty.Contracts.Residency.AccessValidated>;

namespace Sovereignty.Evaluation.Tests.Access;

/// <summary>Each property is stated once over any evaluator, holds for ours, and fails for a broken one.</summary>
public sealed class AccessProperties
{
    private static readonly string[] Codes = [.. AllRegions.Select(region => region.Code), "eu-west-9", "aws-global"];

    private static readonly Gen<TransferMechanism> GenMechanism =
        from kind in Gen.Enum<TransferMechanismKind>()
        from reference in AnyOf("SCC-1", "")
        from days in Gen.Int[-1, 60]
        select Mechanism(kind, reference, Now.AddDays(days));

    private static readonly Gen<ValidateAccess> GenQuestion =
        from source in AnyOf(Codes)
        from target in AnyOf(Codes)
        from country in AnyOf("DE", "GB", "US", "IN", "HK", "CA")
        from days in Gen.Int[1, 40]
        from year in AnyOf(2026, 2031)
        from mechanism in GenMechanism
        from named in Gen.Bool
        select Question(source, target, country, $"P{days}D", new(year, 12, 1, 0, 0, 0, TimeSpan.Zero), named ? mechanism : null);

    private static readonly Gen<KnownAccessData> GenData =
        from level in Gen.Enum<ClassificationLevel>()
        from origin in AnyOf<string?>("US", "DE", null)
        from primary in AnyOf(Codes)
        from placed in Gen.Bool
        select Data(level, placed ? Placement(primary, ["eu-west-1", "us-east-1"], origin: origin) : null);

    private static readonly Gen<ResidencyPolicy[]> GenPolicies =
        (from mode in Gen.Enum<ResidencyMode>()
         from country in AnyOf("DE", "US", "IE")
         from tenant in AnyOf<string?>("acme", "globex", null)
         from view in AnyOf<bool?>(true, null)
         from regions in AnyOf(Codes).Array[1, 4]
         select Policy(
             tenant,
             null,
             mode,
             new()
             {
                 Country = country,
                 Countries = [country, "SE"],
                 PrimaryRegions = regions,
                 ReplicaRegions = regions,
                 Regions = [.. regions.Select(code => new ClientRegion { Code = code, Use = ClientRegionUse.Both })],
                 ViewFromOutside = view,
             })).Array[0, 4].Select(policies => policies.DistinctBy(policy => policy.Id).ToArray());

    private static readonly LegalFact[] Facts =
    [
        .. SeedData.LegalFacts,
        new() { Id = "a-ban", Kind = LegalFactKinds.TransferBan, Country = "DE", Instrument = "X 1", Destinations = ["IN"] },
        new() { Id = "z-ban", Kind = LegalFactKinds.TransferBan, Country = "DE", Instrument = "X 2", Destinations = ["HK", "IN"] },
        new() { Id = "a-gb", Kind = LegalFactKinds.Adequacy, From = "EEA", To = "GB", Instrument = "X 3", ValidUntil = new(2026, 12, 31) },
        new() { Id = "z-gb", Kind = LegalFactKinds.Adequacy, From = "EEA", To = "GB", Instrument = "X 4", CertifiedOnly = true },
    ];

    [Fact]
    public void The_order_of_policies_regions_facts_and_rules_never_matters() => OrderNeverMatters(Evaluate);

    [Fact]
    public void The_property_of_order_catches_an_evaluator_that_takes_the_first_facts() => Fails(() => OrderNeverMatters((snapshot, data, question) =>
        Evaluate(Snapshot(snapshot.Regions, snapshot.Policies.Select(policy => policy.Policy).Take(1), snapshot.Facts), data, question)));

    [Fact]
    public void Naming_a_mechanism_never_refuses_what_was_permitted() => MechanismNeverRefuses(Evaluate);

    [Fact]
    public void The_property_of_mechanisms_catches_an_evaluator_that_judges_one_that_is_not_needed() => Fails(() => MechanismNeverRefuses((snapshot, data, question) =>
        Evaluate(snapshot, data, question) is var answer && question.Mechanism?.Reference == "" ? answer with { Permitted = false } : answer));

    [Fact]
    public void The_longest_duration_is_granted_when_asked_for_and_a_longer_one_is_not() => LongestHolds(Evaluate);

    [Fact]
    public void The_property_of_duration_catches_an_evaluator_that_only_looks_at_the_level() => Fails(() => LongestHolds((snapshot, data, question) =>
        Evaluate(snapshot, data, question) is { LongestDuration: not null } answer ? answer with { LongestDuration = "P30D" } : Evaluate(snapshot, data, question)));

    [Fact]
    public void Another_ban_never_permits_what_was_refused() => BanNeverPermits(Evaluate);

    [Fact]
    public void The_property_of_bans_catches_an_evaluator_that_lets_them_outvote_each_other() => Fails(() => BanNeverPermits((snapshot, data, question) =>
        Evaluate(snapshot.Facts.Count > Facts.Length ? Snapshot(snapshot.Regions, snapshot.Policies.Select(policy => policy.Policy), []) : snapshot, data, question)));

    private static void OrderNeverMatters(AskAccess ask) =>
        Sample((policies, data, question, seed) =>
        {
            var shuffle = new Random(seed);
            ClassificationRule[] rules = [.. SeedData.ClassificationRules, .. SeedData.ClassificationRules.Select(rule => rule with { Level = ClassificationLevel.Content })];
            return Text(ask(Snapshot(AllRegions, policies, Facts, rules), data, question))
                == Text(ask(Snapshot(Shuffled(AllRegions, shuffle), Shuffled(policies, shuffle), Shuffled(Facts, shuffle), Shuffled(rules, shuffle)), data, question));
        });

    private static void MechanismNeverRefuses(AskAccess ask) =>
        Sample((policies, data, question, _) =>
        {
            var snapshot = Snapshot(AllRegions, policies, Facts);
            return !ask(snapshot, data, question with { Mechanism = null }).Permitted || ask(snapshot, data, question).Permitted;
        });

    private static void LongestHolds(AskAccess ask) =>
        Sample((policies, data, question, _) =>
        {
            var snapshot = Snapshot(AllRegions, policies, Facts);
            var answer = ask(snapshot, data, question);
            return answer.LongestDuration is { } longest
                ? ask(snapshot, data, question with { Duration = longest }).Permitted
                    && !ask(snapshot, data, question with { Duration = System.Xml.XmlConvert.ToString(System.Xml.XmlConvert.ToTimeSpan(longest) + TimeSpan.FromSeconds(1)) }).Permitted
                : !answer.Permitted;
        });

    private static void BanNeverPermits(AskAccess ask) =>
        Sample((policies, data, question, _) =>
            ask(Snapshot(AllRegions, policies, Facts), data, question).Permitted
            || !ask(Snapshot(AllRegions, policies, [.. Facts, new() { Id = "m-ban", Kind = LegalFactKinds.TransferBan, Country = "US", Instrument = "X 5", Destinations = ["GB"] }]), data, question).Permitted);

    private static void Sample(Func<ResidencyPolicy[], KnownAccessData, ValidateAccess, int, bool> holds) =>
        (from policies in GenPolicies from data in GenData from question in GenQuestion from seed in Gen.Int select (policies, data, question, seed)).Sample(
            world => holds([PlatformDefault, .. world.policies.Where(policy => policy.Id != PlatformDefault.Id)], world.data, world.question, world.seed),
            iter: 2_000, threads: 1);

    private static AccessValidated Evaluate(PolicySnapshot snapshot, KnownAccessData data, ValidateAccess question) => AccessEvaluator.Validate(snapshot, data, question);

    private static string Text(AccessValidated answer) => JsonSerializer.Serialize(answer, ContractJson.Options);

    private static Gen<T> AnyOf<T>(params T[] items) => Gen.Int[0, items.Length - 1].Select(i => items[i]);

    private static T[] Shuffled<T>(IEnumerable<T> items, Random random)
    {
        var array = items.ToArray();
        random.Shuffle(array);
        return array;
    }

    private static void Fails(Action property) => Assert.ThrowsAny<CsCheckException>(property);
}
