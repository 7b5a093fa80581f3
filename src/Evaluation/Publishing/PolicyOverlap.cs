using Sovereignty.Contracts.Residency;

namespace Sovereignty.Evaluation.Publishing;

/// <summary>Whether two policies of one level would apply at one time.</summary>
public static class PolicyOverlap
{
    /// <summary>The policy whose time meets that of the candidate's versions; null for none.</summary>
    public static Guid? Find(IEnumerable<ResidencyPolicy> candidate, IEnumerable<ResidencyPolicy> others)
    {
        var taken = Times(candidate).ToArray();
        return others.GroupBy(policy => policy.Id)
            .OrderBy(versions => versions.Key)
            .Where(versions => Times(versions).Any(time => taken.Any(own => Meet(own, time))))
            .Select(versions => (Guid?)versions.Key)
            .FirstOrDefault();
    }

    /// <summary>When the versions of one policy apply: each from its start to its end, or until a later version starts.</summary>
    internal static IEnumerable<(DateTimeOffset From, DateTimeOffset To)> Times(IEnumerable<ResidencyPolicy> versions)
    {
        var until = DateTimeOffset.MaxValue;
        foreach (var version in versions.OrderByDescending(version => version.Version))
        {
            var to = version.ValidTo is { } end && end < until ? end : until;
            if (version.ValidFrom < to)
            {
                yield return (version.ValidFrom, to);
            }

            until = version.ValidFrom < until ? version.ValidFrom : until;
        }
    }

    private static bool Meet((DateTimeOffset From, DateTimeOffset To) one, (DateTimeOffset From, DateTimeOffset To) other) =>
        one.From < other.To && other.From < one.To;
}
