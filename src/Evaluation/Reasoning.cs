using System.Globalization;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Residency;

namespace Sovereignty.Evaluation;

/// <summary>How a decision came about, step by step, in sentences for people.</summary>
public static class Reasoning
{
    public static IReadOnlyList<string> Of(PolicySnapshot snapshot, Placement placement)
    {
        var cell = placement.Cell;
        var reading = new Interpreter(snapshot, cell);
        var decision = Evaluator.Decide(snapshot, placement, reading);
        return
        [
            $"Epoch {snapshot.Epoch} decides, with what is in force at {Moment(snapshot.AsOf)}.",
            .. Selection(snapshot, placement, reading.Policy),
            .. Facts(reading, placement),
            .. placement.Copies().Select(copy => Copy(snapshot, placement, reading, copy.Kind, copy.Region)),
            Level(reading, placement),
            $"So the answer is {ContractJson.NameOf(decision.Outcome)}, {decision.Code}: forbidden is stronger than indeterminate, that than a yes, and without a yes nothing is permitted.",
            decision.Message,
        ];
    }

    private static IEnumerable<string> Selection(PolicySnapshot snapshot, Placement placement, ResidencyPolicy? selected)
    {
        (string Level, string? TenantId, string? DataType)[] levels =
        [
            ($"tenant {placement.TenantId} and {placement.DataType} data", placement.TenantId, placement.DataType),
            ($"tenant {placement.TenantId}", placement.TenantId, null),
            ($"{placement.DataType} data", null, placement.DataType),
            ("the platform", null, null),
        ];
        foreach (var (level, tenant, type) in levels)
        {
            if (selected is not null && selected.TenantId == tenant && selected.DataType == type)
            {
                yield return $"Policy {selected.Id}, version {selected.Version}, for {level} is the most specific in force: it keeps a primary {Residency.Confines(selected, CopyKind.Primary)}, a replica {Residency.Confines(selected, CopyKind.Replica)}.";
                yield break;
            }

            yield return snapshot.PoliciesAt(tenant, type).Any()
                ? $"The policies for {level} are not in force: not begun, ended or retired."
                : $"There is no policy for {level}.";
        }
    }

    private static IEnumerable<string> Facts(Interpreter reading, Placement placement)
    {
        if (reading.Facts.Count == 0)
        {
            yield return $"No legal fact in force decides about {placement.DataType} data {(placement.OriginCountry is { } origin ? $"from {origin}" : "of no named origin")}.";
        }

        foreach (var fact in reading.Facts)
        {
            yield return $"{fact.Id} ({fact.Instrument}) concerns it: {Says(fact)}.";
        }
    }

    private static string Says(LegalFact fact) => fact.Effect switch
    {
        LegalEffect.PrimaryInCountry => $"the primary stays in {fact.Country}",
        LegalEffect.EveryCopyInCountry => $"every copy stays in {fact.Country}",
        LegalEffect.NotInDestinations => $"no copy in {string.Join(", ", fact.Destinations)}",
        _ => $"a copy outside {fact.From} needs a decision of adequacy or a mechanism that the policy declares",
    };

    private static string Copy(PolicySnapshot snapshot, Placement placement, Interpreter reading, CopyKind copy, string region)
    {
        var verdict = reading.Judge(copy, region);
        var known = snapshot.FindRegion(region);
        var place = known is null ? "" : $" in {known.Country}, run by {known.Operator} under the law of {string.Join(", ", known.OperatorJurisdictions)}, {known.State.ToString().ToLowerInvariant()}";
        var answer = verdict.Effect switch
        {
            Effect.Forbid => "forbidden",
            Effect.Unknown => "cannot be told",
            Effect.Permit => "permitted",
            _ => "not permitted",
        };
        var law = verdict.Fact is { } fact ? $", by {fact.Id}" : "";
        return $"The {copy.ToString().ToLowerInvariant()} in {region}{place}: {answer}, {verdict.Code}{law}.";
    }

    private static string Level(Interpreter reading, Placement placement) => reading.Obligations is { } obligations
        ? $"Level {placement.Classification}: encryption {ContractJson.NameOf(obligations.Encryption)}, audit log {ContractJson.NameOf(obligations.AuditLog)}, retention {obligations.Retention.Least ?? "any"} to {obligations.Retention.Most ?? "any"}, personal data {ContractJson.NameOf(obligations.PersonalData)}, cross-border {ContractJson.NameOf(obligations.CrossBorder)}."
        : $"Level {(string.IsNullOrEmpty(placement.Classification) ? "is missing" : $"{placement.Classification} has no rule that can be kept")}.";

    private static string Moment(DateTimeOffset moment) => moment.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
