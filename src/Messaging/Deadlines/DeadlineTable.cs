using Npgsql;

namespace Sovereignty.Messaging;

/// <summary>Deadlines, set and cleared in the transaction of what they belong to.</summary>
public static class DeadlineTable
{
    /// <summary>Sets, or moves, the deadline of one kind.</summary>
    /// <param name="unit">The running transaction.</param>
    /// <param name="queue">Where <see cref="DeadlineReached"/> goes.</param>
    /// <param name="deadline">Whose, which, when.</param>
    public static void SetDeadline(this UnitOfWork unit, string queue, DeadlineReached deadline) =>
        unit.Defer(new(
            """
            INSERT INTO messaging.deadline (correlation_id, kind, version, queue, due_at) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (correlation_id, kind) DO UPDATE SET version = excluded.version, queue = excluded.queue, due_at = excluded.due_at
            """)
        {
            Parameters =
            {
                new() { Value = deadline.CorrelationId },
                new() { Value = deadline.Kind },
                new() { Value = deadline.Version },
                new() { Value = queue },
                new() { Value = deadline.DueAt },
            },
        });

    /// <summary>Clears the deadline of one kind, if there is one.</summary>
    /// <param name="unit">The running transaction.</param>
    /// <param name="correlationId">Whose.</param>
    /// <param name="kind">Which.</param>
    public static void ClearDeadline(this UnitOfWork unit, Guid correlationId, string kind) =>
        unit.Defer(new("DELETE FROM messaging.deadline WHERE correlation_id = $1 AND kind = $2")
        {
            Parameters = { new() { Value = correlationId }, new() { Value = kind } },
        });

    /// <summary>Clears the deadlines of every kind.</summary>
    /// <param name="unit">The running transaction.</param>
    /// <param name="correlationId">Whose.</param>
    public static void ClearDeadlines(this UnitOfWork unit, Guid correlationId) =>
        unit.Defer(new("DELETE FROM messaging.deadline WHERE correlation_id = $1") { Parameters = { new() { Value = correlationId } } });
}
