using Sovereignty.AccessService.People;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Access;

namespace Sovereignty.AccessService.Rules;

/// <summary>Whether a rule makes sense in itself; whether somebody can decide by it is <see cref="Decidability"/>'s to say.</summary>
internal static class RuleChecks
{
    private const int MostStages = 5;
    private const int MostQuorum = 20;
    private const int MostPeople = 100;
    private const int LongestName = 100;
    private const int LongestSubject = 200;
    private static readonly TimeSpan LongestDuration = TimeSpan.FromDays(366);

    /// <summary>All that is wrong with it, not only the first.</summary>
    public static IReadOnlyList<Fault> Check(RuleInput rule) =>
    [
        .. Scope(rule),
        .. Stages(rule),
        .. Duration("longestDuration", rule.LongestDuration),
        .. Duration("remindAfter", rule.RemindAfter),
        .. Duration("escalateAfter", rule.EscalateAfter),
        .. Budget("budget", rule.Budget),
    ];

    /// <summary>Each count of a budget that is set is above zero, and one is set.</summary>
    public static IEnumerable<Fault> Budget(string field, AccessBudget? budget)
    {
        if (budget is null)
        {
            yield break;
        }

        if (budget == new AccessBudget())
        {
            yield return new("budget-invalid", field, $"{field} limits nothing: give uses, records, bytes or subjects, or leave it out.");
        }

        foreach (var (name, count) in new[] { ("uses", budget.Uses), ("records", budget.Records), ("bytes", budget.Bytes), ("subjects", budget.Subjects) })
        {
            if (count <= 0)
            {
                yield return new("budget-invalid", $"{field}.{name}", $"{field}.{name} must be above zero; leave it out for no limit.");
            }
        }
    }

    private static IEnumerable<Fault> Scope(RuleInput rule)
    {
        if (rule.TenantId is { } tenant && !Texts.IsLine(tenant, LongestSubject))
        {
            yield return new("tenant-invalid", "tenantId", "tenantId must be the id of a tenant; leave it out for all.");
        }

        if (rule.SourceJurisdiction is { } source && !CountryCodes.Contains(source))
        {
            yield return new("country-unknown", "sourceJurisdiction", "sourceJurisdiction must be a country, ISO 3166-1 alpha-2 in capitals.");
        }

        if (rule.Destination is { } destination && !CountryCodes.Contains(destination))
        {
            yield return new("country-unknown", "destination", "destination must be a country, ISO 3166-1 alpha-2 in capitals.");
        }

        if (rule.Purpose is { } purpose && !Texts.IsCode(purpose))
        {
            yield return new("purpose-invalid", "purpose", "purpose must be a code in kebab-case, for example customer-support.");
        }
        else if (rule.Purpose == ApprovalRules.ForeignAuthorityDemand)
        {
            yield return new("purpose-invalid", "purpose", "Demands of foreign authorities are always decided by legal and data protection, by no rule.");
        }
    }

    private static IEnumerable<Fault> Stages(RuleInput rule)
    {
        if (rule.Stages.Count > MostStages || (rule.Stages.Count == 0 && !rule.Automatic))
        {
            yield return new("stages-invalid", "stages", $"stages must be 1 to {MostStages}; only an automatic rule may do without.");
        }

        for (var i = 0; i < rule.Stages.Count; i++)
        {
            var at = $"stages[{i}]";
            if (rule.Stages[i] is not { } stage)
            {
                yield return new("stages-invalid", at, $"{at} is null.");
                continue;
            }

            if (!Texts.IsLine(stage.Name, LongestName))
            {
                yield return new("name-invalid", $"{at}.name", $"{at}.name must be 1 to {LongestName} characters on one line.");
            }

            if (stage.Roles is null || stage.Roles.Except(Standing.DecidingRoles).Any() || stage.Roles.Distinct().Count() != stage.Roles.Count)
            {
                yield return new("role-unknown", $"{at}.roles", $"{at}.roles may be {string.Join(", ", Standing.DecidingRoles)}, each once.");
            }

            if (stage.People is not { Count: <= MostPeople } || !stage.People.All(person => Texts.IsLine(person, LongestSubject)) || stage.People.Distinct().Count() != stage.People.Count)
            {
                yield return new("person-invalid", $"{at}.people", $"{at}.people may be at most {MostPeople} people, each once, as the sub of their tokens.");
            }

            if (stage.Quorum is < 1 or > MostQuorum)
            {
                yield return new("quorum-invalid", $"{at}.quorum", $"{at}.quorum must be from 1 to {MostQuorum}.");
            }
        }
    }

    private static IEnumerable<Fault> Duration(string field, string? text)
    {
        if (text is not null && !(Durations.Read(text) > TimeSpan.Zero && Durations.Read(text) <= LongestDuration))
        {
            yield return new("duration-invalid", field, $"{field} must be an ISO 8601 duration of at most 366 days, for example PT8H.");
        }
    }
}
