using Npgsql;
using NpgsqlTypes;
using Sovereignty.Contracts.Access;

namespace Sovereignty.AccessService.CheckAccess;

/// <summary>What became of taking a use from a budget: why not, or whether it was the last of one of its counts.</summary>
internal sealed record Taken(string? Refusal, bool IsLast)
{
    public static Taken Whole { get; } = new(null, false);
}

/// <summary>Counts uses of grants with a budget. All counts rise together or none does; the row's lock makes uses of one grant take turns.</summary>
internal static class GrantUses
{
    /// <summary>The condition that keeps a count within its budget: also what a test leaves out.</summary>
    internal const string Guard = "u.uses <= $6 - $2 AND u.records <= $7 - $3 AND u.bytes <= $8 - $4 AND u.subjects <= $9 - $5";

    private const string Statement =
        """
        INSERT INTO access.grant_use AS u (grant_id, uses, records, bytes, subjects)
        SELECT $1, $2, $3, $4, $5 WHERE $2 <= $6 AND $3 <= $7 AND $4 <= $8 AND $5 <= $9
        ON CONFLICT (grant_id) DO UPDATE SET uses = u.uses + $2, records = u.records + $3, bytes = u.bytes + $4, subjects = u.subjects + $5
        WHERE {0}
        RETURNING uses = $6 OR records = $7 OR bytes = $8 OR subjects = $9
        """;

    /// <param name="used">How much this use takes of each count; null where it was not told.</param>
    public static async Task<Taken> Take(
        NpgsqlConnection connection, Guid grantId, AccessBudget budget, AccessBudget used, CancellationToken cancellationToken, string guard = Guard)
    {
        (long? Limit, long? Used)[] counts = [(budget.Uses, used.Uses), (budget.Records, used.Records), (budget.Bytes, used.Bytes), (budget.Subjects, used.Subjects)];
        if (counts.Any(count => count is { Limit: not null, Used: null }))
        {
            return new(AccessCodes.AmountMissing, false);
        }

        // What the budget does not limit is not counted, so that nothing can overflow.
        await using var command = new NpgsqlCommand(string.Format(null, Statement, guard), connection);
        command.Parameters.Add(new() { Value = grantId });
        foreach (var (limit, amount) in counts)
        {
            command.Parameters.Add(new() { Value = limit is null ? 0 : amount!.Value, NpgsqlDbType = NpgsqlDbType.Bigint });
        }

        foreach (var (limit, _) in counts)
        {
            command.Parameters.Add(new() { Value = limit ?? long.MaxValue, NpgsqlDbType = NpgsqlDbType.Bigint });
        }

        return await command.ExecuteScalarAsync(cancellationToken) is bool isLast ? new(null, isLast) : new(AccessCodes.BudgetExceeded, false);
    }
}
