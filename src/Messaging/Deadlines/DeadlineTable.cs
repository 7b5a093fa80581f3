using Npgsql;

namespace Sovereignty.Messaging;

/// <summary>Deadlines, set and cleared in the transaction of what they belong to.</summary>
public static class DeadlineTable
{
    /// <summary>Sets, or moves, the deadline of one kind.</summary>
    /// <param name="unit">The running transaction.</param>
    /// <param name="queue">Where <see cref="DeadlineReached"/> goes.</param>
    /// <param name="deadline">Whose, which, when.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task SetDeadline(this UnitOfWork unit, string queue, DeadlineReached deadline, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            INSERT INTO messaging.deadline (correlation_id, kind, version, queue, due_at) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (correlation_id, kind) DO UPDATE SET version = excluded.version, queue = excluded.queue, due_at = excluded.due_at
            """,
            unit.Connection);
        command.Parameters.Add(new() { Value = deadline.CorrelationId });
        command.Parameters.Add(new() { Value = deadline.Kind });
        command.Parameters.Add(new() { Value = deadline.Version });
        command.Parameters.Add(new() { Value = queue });
        command.Parameters.Add(new() { Value = deadline.DueAt });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Clears the deadline of one kind, if there is one.</summary>
    /// <param name="unit">The running transaction.</param>
    /// <param name="correlationId">Whose.</param>
    /// <param name="kind">Which.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task ClearDeadline(this UnitOfWork unit, Guid correlationId, string kind, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("DELETE FROM messaging.deadline WHERE correlation_id = $1 AND kind = $2", unit.Connection);
        command.Parameters.Add(new() { Value = correlationId });
        command.Parameters.Add(new() { Value = kind });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Clears the deadlines of every kind.</summary>
    /// <param name="unit">The running transaction.</param>
    /// <param name="correlationId">Whose.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task ClearDeadlines(this UnitOfWork unit, Guid correlationId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("DELETE FROM messaging.deadline WHERE correlation_id = $1", unit.Connection);
        command.Parameters.Add(new() { Value = correlationId });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
