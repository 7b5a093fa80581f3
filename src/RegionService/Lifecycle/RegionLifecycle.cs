using System.Collections.Frozen;
using Sovereignty.Contracts.Regions;
using static Sovereignty.Contracts.Regions.RegionState;

namespace Sovereignty.RegionService.Lifecycle;

/// <summary>
/// The life of a region. A region that once took data retires only through draining; one that was stopped is validated
/// again before it takes data.
/// </summary>
internal static class RegionLifecycle
{
    private static readonly FrozenDictionary<RegionState, IReadOnlyList<RegionState>> Next =
        new Dictionary<RegionState, IReadOnlyList<RegionState>>
        {
            [Proposed] = [Provisioning, Retired],
            [Provisioning] = [Validating, Suspended, Isolated, Retired],
            [Validating] = [Active, Draining, Suspended, Isolated],
            [Active] = [Draining, Suspended, Isolated],
            [Draining] = [Active, Suspended, Isolated, Retired],
            [Suspended] = [Validating, Isolated],
            [Isolated] = [Validating],
            [Retired] = [],
        }.ToFrozenDictionary();

    internal static IReadOnlyList<RegionState> After(RegionState state) => Next[state];

    internal static Refusal? Decide(RegionState from, RegionState to)
    {
        if (Next[from].Contains(to))
        {
            return null;
        }

        if (from is Retired)
        {
            return Refusal.Conflict("region-retired", "The region is retired and changes no more. To use its place again, register its code anew.");
        }

        return to is Retired
            ? Refusal.Conflict("region-must-drain",
                $"The region is {Name(from)} and may hold data. Bring it to draining with PUT, and retire it when it is empty; from {Name(from)} it can become {string.Join(", ", Next[from].Select(Name))}.")
            : Refusal.Conflict("transition-not-allowed",
                $"A region that is {Name(from)} cannot become {Name(to)}; it can become {string.Join(", ", Next[from].Select(Name))}.");
    }

    internal static string Name(RegionState state) => RegionStates.NameOf(state);
}
