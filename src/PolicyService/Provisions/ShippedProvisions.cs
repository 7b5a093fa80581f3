using System.Text.Json;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Residency;
using Sovereignty.Evaluation;
using Sovereignty.Messaging;
using Sovereignty.PolicyService.Epochs;

namespace Sovereignty.PolicyService.Provisions;

/// <summary>
/// Records the facts and rules that the service ships with: those that are new, and those that an update of the service changed
/// where nobody else has changed them since. The caller holds the lock on changes.
/// </summary>
internal static class ShippedProvisions
{
    public static async Task Record(UnitOfWork unit, PolicySnapshots snapshots, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var facts = await Insert(ProvisionTables.Facts, SeedData.LegalFacts, fact => fact.Id, unit, now, cancellationToken);
        var rules = await Insert(ProvisionTables.Rules, SeedData.ClassificationRules, rule => ContractJson.NameOf(rule.Level), unit, now, cancellationToken);
        var epoch = facts.Count + rules.Count > 0
            ? await snapshots.Begin(unit, cancellationToken)
            : await snapshots.BeginWhereRecordsDiffer(unit, cancellationToken);

        foreach (var fact in facts)
        {
            unit.Publish(fact.ToEvent(epoch), new() { OrderKey = fact.Key });
        }

        foreach (var rule in rules)
        {
            unit.Publish(rule.ToEvent(epoch), new() { OrderKey = rule.Key });
        }
    }

    private static async Task<List<Provision<T>>> Insert<T>(
        ProvisionTable<T> table, IReadOnlyList<T> shipped, Func<T, string> keyOf, UnitOfWork unit, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var latest = (await table.ListLatest(unit.Connection, tenantId: null, after: null, limit: int.MaxValue, cancellationToken)).ToDictionary(row => row.Key);
        var changed = new List<Provision<T>>();
        foreach (var body in shipped)
        {
            var known = latest.GetValueOrDefault(keyOf(body));
            if (known is null || (known.RecordedBy.Subject == Service.Name && Text(known.Body) != Text(body)))
            {
                changed.Add(new(TenantId: null, keyOf(body), (known?.Version ?? 0) + 1, body, now, Service.Actor));
                await table.Insert(unit.Connection, changed[^1], cancellationToken);
            }
        }

        return changed;
    }

    private static string Text<T>(T body) => JsonSerializer.Serialize(body, ContractJson.Options);
}
