using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Residency;
using Sovereignty.Evaluation.Publishing;

namespace Sovereignty.Evaluation.Packs;

/// <summary>Runs golden cases with the one evaluator, without a platform.</summary>
public static class GoldenCases
{
    private static readonly Surroundings Nothing = new();

    public static IReadOnlyList<CaseResult> Run(PolicyFile file, PolicyTests tests, DateTimeOffset now) =>
        [.. tests.Cases.Select(test => Run(test, World(file, test.At ?? tests.At ?? now, tests.With ?? Nothing, test.With ?? Nothing)))];

    /// <summary>What is wrong with the cases themselves, by JSON pointer.</summary>
    public static IReadOnlyList<PublishingFinding> Check(PolicyFile file, PolicyTests tests, DateTimeOffset now)
    {
        var repeated = tests.Cases.Select((test, i) => (test.Name, i))
            .GroupBy(test => test.Name, StringComparer.Ordinal)
            .SelectMany(same => same.Skip(1))
            .Select(test => Refuse($"/cases/{test.i}/name", "is the name of another case too; give each its own."));
        var empty = tests.Cases is [] ? [Refuse("/cases", "is empty; write at least one case.")] : Array.Empty<PublishingFinding>();
        var shared = CheckSurroundings(file, tests.With, Nothing, "/with", tests.At ?? now);
        return [.. empty, .. repeated, .. shared, .. tests.Cases.SelectMany((test, i) => CheckSurroundings(file, test.With, tests.With, $"/cases/{i}/with", test.At ?? tests.At ?? now))];
    }

    private static IEnumerable<PublishingFinding> CheckSurroundings(PolicyFile file, Surroundings? with, Surroundings? around, string place, DateTimeOffset at)
    {
        if (with is null)
        {
            return [];
        }

        var world = World(file, at, around ?? Nothing, with);
        return
        [
            .. with.Policies.Select((policy, i) => (Fault: PolicyCheck.Check(policy, world), i))
                .Where(policy => policy.Fault is not null)
                .Select(policy => Refuse($"{place}/policies/{policy.i}/{Pointers.Of(policy.Fault!.Field)}", policy.Fault.Message)),
            .. with.Facts.SelectMany((fact, i) => FactCheck.Check(fact, world, $"{place}/facts/{i}")),
        ];
    }

    private static PublishingFinding Refuse(string place, string message) => new(FindingKinds.Fault, FindingSeverity.Refuse, place, message);

    internal static PolicySnapshot World(PolicyFile file, DateTimeOffset at, params Surroundings[] around)
    {
        var policies = around.Aggregate(file.Policies.AsEnumerable(), (known, with) => known
            .Where(policy => !with.Policies.Any(own => own.TenantId == policy.TenantId && own.DataType == policy.DataType))
            .Concat(with.Policies));
        return new(
            epoch: 0,
            at,
            policies.Select((policy, i) => new PublishedPolicy(policy.ToPolicy(new Guid(i + 1, 0, 0, new byte[8]), version: 1))),
            around.Aggregate(RegionCatalogue.Regions.AsEnumerable(), (known, with) => Replace(known, with.Regions.Select(region => region.ToRegion()), region => region.Code)),
            around.Aggregate(Replace(SeedData.LegalFacts, file.Facts, fact => fact.Id), (known, with) => Replace(known, with.Facts, fact => fact.Id)),
            Replace(SeedData.ClassificationRules, file.Rules, rule => rule.Level));
    }

    private static IEnumerable<TItem> Replace<TItem, TKey>(IEnumerable<TItem> known, IEnumerable<TItem> others, Func<TItem, TKey> key)
    {
        TItem[] replacing = [.. others];
        return known.ExceptBy(replacing.Select(key), key).Concat(replacing);
    }

    private static CaseResult Run(PolicyCase test, PolicySnapshot world)
    {
        var (placement, invalid) = Placement.Read(test.Placement);
        if (placement is null)
        {
            return Compare(test, Evaluator.Refuse(world, test.Placement.TenantId, test.Placement.DataId, invalid!), level: null, failover: null, ["The placement could not be read."]);
        }

        var cell = new Interpreter(world, placement.Cell);
        var level = cell.Policy is null ? null : new PolicyLevel { TenantId = cell.Policy.TenantId, DataType = cell.Policy.DataType };
        string[] failover = [.. Failover.Targets(cell, placement.PrimaryRegion).Select(region => region.Code)];
        return Compare(test, Evaluator.Decide(world, placement, cell), level, failover, [.. Reasoning.Of(world, placement), $"A primary in {placement.PrimaryRegion} may fail over to {Words(failover)}."]);
    }

    private static CaseResult Compare(PolicyCase test, Decision decision, PolicyLevel? level, string[]? failover, IReadOnlyList<string> reasoning)
    {
        var expect = test.Expect;
        (string Member, string? Expected, string Got)[] members =
        [
            ("outcome", Words(expect.Outcome), Words(decision.Outcome)),
            ("code", expect.Code, decision.Code),
            ("policy", expect.Policy is null ? null : Words(expect.Policy), level is null ? "none" : Words(level)),
            ("citations", Words(expect.Citations?.Order(StringComparer.Ordinal)), Words(decision.Citations.Select(citation => citation.FactId).Order(StringComparer.Ordinal))!),
            ("nearestCompliantRegions", Words(expect.NearestCompliantRegions), Words(decision.NearestCompliantRegions)!),
            ("allowedReplicaRegions", Words(expect.AllowedReplicaRegions?.Order(StringComparer.Ordinal)), Words(decision.AllowedReplicaRegions)!),
            ("failoverRegions", Words(expect.FailoverRegions?.Order(StringComparer.Ordinal)), Words(failover) ?? "none"),
        ];
        var differences = members.Where(member => member.Expected is not null && member.Expected != member.Got)
            .Select(member => new Difference(member.Member, member.Expected!, member.Got));
        if (expect.Says is { } piece && !decision.Message.Contains(piece, StringComparison.Ordinal))
        {
            differences = differences.Append(new("says", piece, decision.Message));
        }

        return new(test.Name, test.Cites, decision, [.. differences], reasoning);
    }

    private static string Words(DecisionOutcome outcome) => Contracts.ContractJson.NameOf(outcome);

    private static string Words(PolicyLevel level) => $"tenant {level.TenantId ?? "any"}, data type {level.DataType ?? "any"}";

    private static string? Words(IEnumerable<string>? items) => items is null ? null : string.Join(", ", items) is { Length: > 0 } list ? list : "none";
}

/// <summary>How a case came out: right where nothing differs.</summary>
public sealed record CaseResult(string Name, string Cites, Decision Decision, IReadOnlyList<Difference> Differences, IReadOnlyList<string> Reasoning)
{
    public bool Passed => Differences is [];
}

/// <summary>A member of the decision that is not as expected.</summary>
public sealed record Difference(string Member, string Expected, string Got);
