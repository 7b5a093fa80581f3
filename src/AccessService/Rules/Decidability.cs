using Sovereignty.AccessService.People;
using Sovereignty.Contracts.Access;
using Sovereignty.ServiceDefaults.Identity;

namespace Sovereignty.AccessService.Rules;

/// <summary>Where nobody could decide by a rule.</summary>
/// <param name="Stage">The first stage that the directory has too few people for.</param>
internal sealed record Undecidable(string TenantId, string Jurisdiction, string Stage);

/// <summary>Whether there are people who could decide by a rule: all its stages, no person in two places, beside a requester.</summary>
internal static class Decidability
{
    /// <returns>Where nobody could decide, and whether that is everywhere.</returns>
    public static (IReadOnlyList<Undecidable> Nowhere, bool Everywhere) Of(ApprovalRule rule, IEnumerable<Standing> people)
    {
        var places = people
            .Where(person => person.Active && (rule.TenantId is null || rule.TenantId == person.TenantId))
            .GroupBy(person => person.TenantId)
            .SelectMany(tenant => Jurisdictions(rule, tenant).Select(jurisdiction => (tenant.Key, jurisdiction, Stage: Deadlock(rule.Stages, jurisdiction, [.. tenant]))))
            .ToArray();
        return (
            [.. places.Where(place => place.Stage is not null).Select(place => new Undecidable(place.Key, place.jurisdiction, place.Stage!.Name))],
            rule.Stages.Count > 0 && places.All(place => place.Stage is not null));
    }

    /// <summary>The first stage that cannot be seated beside any requester; null where there is a requester beside whom all can.</summary>
    private static ApprovalStage? Deadlock(IReadOnlyList<ApprovalStage> stages, string jurisdiction, IReadOnlyList<Standing> people)
    {
        if (Eligibility.Deadlock(stages, jurisdiction, people, new HashSet<string>()) is { } stage)
        {
            return stage;
        }

        // Whom the directory does not know may ask too; where it names requesters, one of them has to be able to.
        var requesters = people.Where(person => person.Roles.Contains(Roles.Requester)).ToArray();
        var beside = requesters.Select(requester => Eligibility.Deadlock(stages, jurisdiction, people, new HashSet<string> { requester.Subject })).ToArray();
        return beside is [] || beside.Contains(null) ? null : beside[0];
    }

    private static IEnumerable<string> Jurisdictions(ApprovalRule rule, IEnumerable<Standing> people) =>
        rule.SourceJurisdiction is { } source ? [source] : people.SelectMany(person => person.Jurisdictions).Distinct().Order();
}
