using Sovereignty.Contracts.Access;

namespace Sovereignty.AccessService.Requests;

internal static class Budgets
{
    /// <summary>The smaller of two budgets in each count; null where neither limits anything.</summary>
    public static AccessBudget? Least(AccessBudget? one, AccessBudget? other)
    {
        var least = new AccessBudget
        {
            Uses = Least(one?.Uses, other?.Uses),
            Records = Least(one?.Records, other?.Records),
            Bytes = Least(one?.Bytes, other?.Bytes),
            Subjects = Least(one?.Subjects, other?.Subjects),
        };
        return least == new AccessBudget() ? null : least;
    }

    private static long? Least(long? one, long? other) => one is null ? other : other is null ? one : Math.Min(one.Value, other.Value);
}
