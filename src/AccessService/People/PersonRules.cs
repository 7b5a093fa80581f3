using Sovereignty.Contracts;
using Sovereignty.ServiceDefaults.Identity;

namespace Sovereignty.AccessService.People;

/// <summary>What can be recorded of a person, and which of the recorded versions counts when.</summary>
internal static class PersonRules
{
    private const int LongestSubject = 200;
    private const int LongestName = 200;
    private static readonly string[] Known = [.. Standing.DecidingRoles, Roles.Requester, Roles.ComplianceOfficer, Roles.Service];
    private static readonly TimeSpan LateStart = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Ahead = TimeSpan.FromDays(366);

    /// <summary>All that is wrong with it, not only the first.</summary>
    public static IEnumerable<Fault> Check(string subject, PersonInput person, DateTimeOffset now)
    {
        if (!Texts.IsLine(subject, LongestSubject))
        {
            yield return new("person-invalid", "subject", $"subject must be 1 to {LongestSubject} characters: the sub of the person's token.");
        }

        if (person.DisplayName is { } name && !Texts.IsLine(name, LongestName))
        {
            yield return new("name-invalid", "displayName", $"displayName must be 1 to {LongestName} characters on one line.");
        }

        if (person.Roles.Except(Known).Any() || person.Roles.Distinct().Count() != person.Roles.Count)
        {
            yield return new("role-unknown", "roles", $"roles may be {string.Join(", ", Known)}, each once.");
        }

        if (!person.Jurisdictions.All(CountryCodes.Contains) || person.Jurisdictions.Distinct().Count() != person.Jurisdictions.Count)
        {
            yield return new("country-unknown", "jurisdictions", "jurisdictions must be countries, ISO 3166-1 alpha-2 in capitals, each once.");
        }

        if (person.ValidFrom < now - LateStart || person.ValidFrom > now + Ahead)
        {
            yield return new("valid-from-invalid", "validFrom", "validFrom must be a moment from now on and within 366 days; leave it out for now.");
        }
    }

    /// <summary>The version that holds at a moment: of those that have begun, the last recorded.</summary>
    public static PersonRow? At(IEnumerable<PersonRow> versions, DateTimeOffset moment) =>
        versions.Where(version => version.Person.ValidFrom <= moment).MaxBy(version => version.Person.Version);

    /// <summary>The versions that will hold some day, in that order: those that none recorded later comes before.</summary>
    public static IReadOnlyList<PersonRow> ToCome(IReadOnlyList<PersonRow> versions, DateTimeOffset moment) =>
    [
        .. versions
            .Where(version => version.Person.ValidFrom > moment)
            .Where(version => !versions.Any(other => other.Person.Version > version.Person.Version && other.Person.ValidFrom <= version.Person.ValidFrom))
            .OrderBy(version => version.Person.ValidFrom),
    ];
}
