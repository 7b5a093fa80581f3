using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Regions;
using Sovereignty.Contracts.Residency;
using Sovereignty.Evaluation.Publishing;

namespace Sovereignty.Evaluation.Simulation;

/// <summary>Makes the snapshot of a what-if.</summary>
public static class Overlays
{
    public const int MaxChanges = 100;

    private const string PolicyUnknown = "policy-unknown";
    private const string FactUnknown = "fact-unknown";
    private const string FactInvalid = "fact-invalid";

    /// <summary>The snapshot with the overlay at a moment, or the first fault of the overlay.</summary>
    public static (PolicySnapshot? Snapshot, PolicyFault? Fault) Apply(PolicySnapshot current, Overlay overlay, DateTimeOffset at)
    {
        if (Check(current, overlay) is { } fault)
        {
            return (null, fault);
        }

        var replaced = overlay.Facts.Select(fact => fact.Id).Concat(overlay.RemoveFacts).ToHashSet(StringComparer.Ordinal);
        var states = overlay.Regions.ToDictionary(region => region.Code!, region => region.State!.Value, StringComparer.Ordinal);
        LegalFact[] facts = [.. current.Facts.Where(fact => !replaced.Contains(fact.Id)), .. overlay.Facts];
        Region[] regions = [.. current.Regions.Select(region => states.TryGetValue(region.Code, out var state) ? region with { State = state } : region)];
        PolicySnapshot With(IEnumerable<PublishedPolicy> policies) => new(current.Epoch, at, policies, regions, facts, current.Rules, current.Retentions);

        // Policies and facts may rest on a group that the overlay itself brings.
        return CheckContent(overlay, With([])) is { } faulty ? (null, faulty) : (With(Policies(current, overlay, at)), null);
    }

    /// <summary>The fault of naming a policy that is not there, or not for the caller to know.</summary>
    public static PolicyFault UnknownPolicy(IReadOnlyList<Guid> named, Guid id)
    {
        var field = $"policies.retire[{named.TakeWhile(other => other != id).Count()}]";
        return new(PolicyUnknown, field, $"{field} is no policy that you may see; give the id of one.");
    }

    private static IEnumerable<PublishedPolicy> Policies(PolicySnapshot current, Overlay overlay, DateTimeOffset at)
    {
        var kept = current.Policies.Select(policy => overlay.Retire.Contains(policy.Policy.Id) ? policy with { RetiredAt = DateTimeOffset.MinValue } : policy).ToArray();
        return kept.Concat(overlay.Publish.Select((request, i) => Publish(request, i, kept, at)));
    }

    // Where a policy is in force at that level, the request is its next version, as publishing it would have to be.
    private static PublishedPolicy Publish(PolicyRequest request, int number, PublishedPolicy[] policies, DateTimeOffset at)
    {
        var level = policies.Where(policy => policy.Policy.TenantId == request.TenantId && policy.Policy.DataType == request.DataType).ToArray();
        var inForce = PolicySelection.InForce(level, at).OrderByDescending(policy => policy.ValidFrom).ThenBy(policy => policy.Id).FirstOrDefault();
        return new(request.ToPolicy(
            inForce?.Id ?? new Guid(number + 1, 0, 0, new byte[8]),
            1 + level.Where(policy => policy.Policy.Id == inForce?.Id).Select(policy => policy.Policy.Version).DefaultIfEmpty(0).Max()));
    }

    private static PolicyFault? Check(PolicySnapshot current, Overlay overlay) =>
        CheckCount(overlay)
        ?? CheckComplete(overlay)
        ?? First(overlay.Retire, (id, _) => current.Policies.Any(policy => policy.Policy.Id == id) ? null : UnknownPolicy(overlay.Retire, id))
        ?? First(overlay.RemoveFacts, (id, i) => current.Facts.Any(fact => fact.Id == id)
            ? null
            : new(FactUnknown, $"removeFacts[{i}]", $"removeFacts[{i}] is no fact in force or to come; give the id of one."))
        ?? First(overlay.Regions, (region, i) => current.FindRegion(region.Code!) is not null
            ? null
            : new(ReasonCodes.RegionUnknown, $"regions[{i}].code", $"regions[{i}].code is not in the registry; name a registered region."))
        ?? CheckTwice("policies.publish", "level (tenantId and dataType)", overlay.Publish.Select(policy => (policy.TenantId, policy.DataType)))
        ?? CheckTwice("facts", "id", overlay.Facts.Select(fact => fact.Id))
        ?? CheckTwice("regions", "code", overlay.Regions.Select(region => region.Code));

    private static PolicyFault? CheckCount(Overlay overlay) =>
        overlay.Publish.Count + overlay.Retire.Count + overlay.Facts.Count + overlay.RemoveFacts.Count + overlay.Regions.Count <= MaxChanges
            ? null
            : Invalid("policies", $"and facts and regions make more than {MaxChanges} changes; simulate fewer at once");

    private static PolicyFault? CheckComplete(Overlay overlay) =>
        First(overlay.Publish, (policy, i) => policy is not null ? null : Invalid($"policies.publish[{i}]", "is null; give a policy"))
        ?? First(overlay.Facts, (fact, i) => fact is not null ? null : Invalid($"facts[{i}]", "is null; give a fact"))
        ?? First(overlay.RemoveFacts, (id, i) => id is not null ? null : Invalid($"removeFacts[{i}]", "is null; give the id of a fact"))
        ?? First(overlay.Regions, (region, i) => region is { Code: not null, State: { } state } && Enum.IsDefined(state) ? null : Invalid($"regions[{i}]", "is incomplete; give code and state"));

    private static PolicyFault? CheckContent(Overlay overlay, PolicySnapshot changed) =>
        First(overlay.Facts, (fact, i) => FactCheck.Check(fact, changed, $"facts/{i}") is [var finding, ..] ? new(FactInvalid, finding.Place, finding.Message) : null)
        ?? First(overlay.Publish, (policy, i) => PolicyCheck.Check(policy, changed) is { } fault
            ? fault with { Field = $"policies.publish[{i}].{fault.Field}", Message = $"policies.publish[{i}]: {fault.Message}" }
            : null);

    private static PolicyFault? CheckTwice<T>(string field, string what, IEnumerable<T> keys) =>
        keys.GroupBy(key => key).Any(same => same.Count() > 1) ? Invalid(field, $"has one {what} twice; send it once") : null;

    private static PolicyFault? First<T>(IReadOnlyList<T> items, Func<T, int, PolicyFault?> check) =>
        items.Select(check).FirstOrDefault(fault => fault is not null);

    private static PolicyFault Invalid(string field, string fault) => new(ReasonCodes.InputInvalid, field, $"{field} {fault}.");
}
