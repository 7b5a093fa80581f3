using System.Text.Json;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Residency;

namespace Sovereignty.Evaluation.Publishing;

/// <summary>What publishing policies, facts and rules would break, leave open and change. The server and the command line ask the same.</summary>
public static class PublishingChecks
{
    /// <summary>All findings, the gravest first and then as they stand in what is to be published.</summary>
    public static IReadOnlyList<PublishingFinding> Check(PolicySnapshot before, Publication publication, DateTimeOffset now)
    {
        before = before.At(now);
        var facts = Replace(before.Facts, publication.Facts.Select(candidate => candidate.Fact), fact => fact.Id);
        var known = new PolicySnapshot(before.Epoch, now, before.Policies, before.Regions, facts, before.Rules, before.Retentions);

        PublishingFinding[] faults =
        [
            .. Repeated(publication.Facts, candidate => candidate.Fact.Id, candidate => $"{candidate.Place}/id", "fact id"),
            .. Repeated(publication.Rules, candidate => candidate.Rule.Level.ToString(), candidate => $"{candidate.Place}/level", "level"),
            .. publication.Policies.SelectMany(candidate => CheckForm(candidate, known)),
            .. publication.Facts.SelectMany(candidate => FactCheck.Check(candidate.Fact, known, candidate.Place)),
            .. publication.Facts.SelectMany(candidate => CheckGroup(candidate, before, known)),
            .. publication.Rules.SelectMany(candidate => RuleCheck.Check(candidate.Rule, before, candidate.Place)),
        ];

        // A policy at fault cannot be judged any further; the others can.
        PlannedPolicy[] planned =
        [
            .. publication.Policies.Where(candidate => PolicyCheck.Check(candidate.Request, known) is null)
                .Select((candidate, i) => new PlannedPolicy(candidate, Version(candidate, before, i))),
        ];
        var after = new PolicySnapshot(
            before.Epoch, now, [.. before.Policies, .. planned.Select(plan => new PublishedPolicy(plan.Policy))], before.Regions, facts, before.Rules, before.Retentions);

        return
        [
            .. faults
                .Concat(planned.SelectMany(plan => PolicyFindings.Check(plan, known, after, now)))
                .Concat(FactFindings.Check([.. publication.Facts.Where(candidate => FactCheck.Check(candidate.Fact, known) is [])], before, known, now))
                .Distinct()
                .OrderBy(finding => finding.Severity),
        ];
    }

    /// <summary>Whether two facts, policies or rules say the same.</summary>
    public static bool Same<T>(T one, T other) =>
        JsonSerializer.SerializeToUtf8Bytes(one, ContractJson.Options).AsSpan().SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(other, ContractJson.Options));

    private static IEnumerable<PublishingFinding> CheckForm(PolicyCandidate candidate, PolicySnapshot known) =>
        PolicyCheck.Check(candidate.Request, known) is { } fault
            ? [new(FindingKinds.Fault, FindingSeverity.Refuse, $"{candidate.Place}/{Pointers.Of(fault.Field)}", fault.Message)]
            : [];

    private static IEnumerable<PublishingFinding> CheckGroup(FactCandidate candidate, PolicySnapshot before, PolicySnapshot after)
    {
        var lost = before.Facts.FirstOrDefault(fact => fact.Id == candidate.Fact.Id)?.Group;
        return lost is not null && before.FindGroup(lost) is not null && after.FindGroup(lost) is null
            && before.Policies.FirstOrDefault(policy => policy.RetiredAt is null && policy.Policy.Parameters.Group == lost) is { } user
                ? [new(FindingKinds.Impossible, FindingSeverity.Refuse, $"{candidate.Place}/group", $"Without group {lost}, {Residency.NameOf(user.Policy)} ({user.Policy.Id}) permits nothing. Keep the group, or change that policy first.")]
                : [];
    }

    private static IEnumerable<PublishingFinding> Repeated<T>(IEnumerable<T> candidates, Func<T, string> key, Func<T, string> place, string name) =>
        candidates.GroupBy(key, StringComparer.Ordinal)
            .SelectMany(same => same.Skip(1))
            .Select(candidate => new PublishingFinding(FindingKinds.Fault, FindingSeverity.Refuse, place(candidate), $"This {name} is given twice; keep one of them."));

    private static ResidencyPolicy Version(PolicyCandidate candidate, PolicySnapshot before, int i)
    {
        var request = candidate.Request;
        var versions = candidate.Id is null ? [] : before.PoliciesAt(request.TenantId, request.DataType).Where(policy => policy.Policy.Id == candidate.Id);
        return request.ToPolicy(candidate.Id ?? new Guid(i + 1, 0, 0, new byte[8]), versions.Select(version => version.Policy.Version).DefaultIfEmpty().Max() + 1);
    }

    private static IEnumerable<TItem> Replace<TItem>(IEnumerable<TItem> known, IEnumerable<TItem> others, Func<TItem, string> key)
    {
        TItem[] replacing = [.. others.DistinctBy(key)];
        return known.ExceptBy(replacing.Select(key), key).Concat(replacing);
    }
}

/// <summary>A candidate as the version that it would become.</summary>
internal sealed record PlannedPolicy(PolicyCandidate Candidate, ResidencyPolicy Policy)
{
    public string Place => Candidate.Place;
}
