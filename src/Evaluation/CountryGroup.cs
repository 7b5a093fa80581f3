using Sovereignty.Contracts.Residency;

namespace Sovereignty.Evaluation;

/// <summary>A group of countries as the facts tell it.</summary>
public sealed record CountryGroup(string Code, IReadOnlyList<GroupMember> Members)
{
    public bool Contains(string country, DateTimeOffset now)
    {
        foreach (var member in Members)
        {
            if (member.Country == country && Validity.Holds(member.From, member.Until, now))
            {
                return true;
            }
        }

        return false;
    }
}
