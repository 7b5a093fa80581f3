namespace Sovereignty.PolicyService.Evaluation;

internal sealed record CountryGroup(string Code, IReadOnlyList<Membership> Members)
{
    public bool Contains(string country, DateTimeOffset now) =>
        Members.Any(member => member.Country == country && Validity.Holds(member.From, member.Before, now));
}

/// <summary>A country's time in a group: from, and before which moment; null for no bound.</summary>
internal sealed record Membership(string Country, DateTimeOffset? From = null, DateTimeOffset? Before = null);
