using Sovereignty.Contracts.Regions;
using Sovereignty.RegionService.Lifecycle;
using static Sovereignty.Contracts.Regions.RegionState;

namespace Sovereignty.RegionService.Tests;

public sealed class RegionLifecycleTests
{
    // Rows leave, columns arrive, in the order of the enum; a dot is refused.
    private const string Matrix =
        """
        proposed     . + . . . . . +
        provisioning . . + . . + + +
        validating   . . . + + + + .
        active       . . . . + + + .
        draining     . . . + . + + +
        suspended    . . + . . . + .
        isolated     . . + . . . . .
        retired      . . . . . . . .
        """;

    public static TheoryData<RegionState, RegionState, bool> Cells
    {
        get
        {
            var cells = new TheoryData<RegionState, RegionState, bool>();
            foreach (var line in Matrix.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                var parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                for (var to = 0; to < parts.Length - 1; to++)
                {
                    cells.Add(RegionStates.Read(parts[0]), (RegionState)to, parts[to + 1] == "+");
                }
            }

            return cells;
        }
    }

    [Fact]
    public void The_matrix_has_a_cell_for_every_pair_of_states() =>
        Assert.Equal(Enum.GetValues<RegionState>().Length * Enum.GetValues<RegionState>().Length, Cells.Count);

    [Theory]
    [MemberData(nameof(Cells))]
    public void A_region_moves_only_as_the_matrix_says(RegionState from, RegionState to, bool allowed) =>
        Assert.Equal(allowed, RegionLifecycle.Decide(from, to) is null);

    [Fact]
    public void A_refusal_names_what_is_possible()
    {
        var refusal = RegionLifecycle.Decide(Active, Proposed)!;

        Assert.Equal(409, refusal.Status);
        Assert.Equal("transition-not-allowed", refusal.Code);
        Assert.EndsWith("it can become draining, suspended, isolated.", refusal.Detail);
    }

    [Theory]
    [InlineData(Validating)]
    [InlineData(Active)]
    [InlineData(Suspended)]
    [InlineData(Isolated)]
    public void A_region_that_may_hold_data_drains_first(RegionState state)
    {
        var refusal = RegionLifecycle.Decide(state, Retired)!;

        Assert.Equal("region-must-drain", refusal.Code);
        Assert.Contains("draining", refusal.Detail);
    }

    [Fact]
    public void What_is_retired_stays_retired() =>
        Assert.All(Enum.GetValues<RegionState>(), state => Assert.Equal("region-retired", RegionLifecycle.Decide(Retired, state)!.Code));

    [Fact]
    public void No_way_leads_from_active_to_retired_but_through_draining() =>
        Assert.DoesNotContain(Retired, ReachableFrom(Active, without: Draining));

    [Theory]
    [InlineData(Suspended)]
    [InlineData(Isolated)]
    public void No_way_leads_from_a_stop_to_active_but_through_validating(RegionState stopped) =>
        Assert.DoesNotContain(Active, ReachableFrom(stopped, without: Validating));

    [Fact]
    public void Every_region_can_be_retired_in_the_end() =>
        Assert.All(Enum.GetValues<RegionState>().Where(state => state is not Retired), state => Assert.Contains(Retired, ReachableFrom(state)));

    private static HashSet<RegionState> ReachableFrom(RegionState start, RegionState? without = null)
    {
        var reached = new HashSet<RegionState>();
        var open = new Stack<RegionState>([start]);
        while (open.TryPop(out var state))
        {
            foreach (var next in RegionLifecycle.After(state))
            {
                if (next != without && reached.Add(next))
                {
                    open.Push(next);
                }
            }
        }

        return reached;
    }
}
