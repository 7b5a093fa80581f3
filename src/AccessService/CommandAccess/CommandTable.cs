using Npgsql;
using NpgsqlTypes;
using Sovereignty.AccessService.Requests;

namespace Sovereignty.AccessService.CommandAccess;

/// <summary>A command as it was sent, and how it was answered; no code where it was carried out or repeats what was said before.</summary>
internal sealed record CommandRow(Guid RequestId, string Caller, byte[] ContentHash, DateTimeOffset SentAt, DateTimeOffset? AnsweredAt, string? Code, string? Reason);

/// <summary>Every command with its answer, for two weeks: what is sent twice under one id is answered once.</summary>
internal static class CommandTable
{
    private const int ForgottenAtOnce = 20;
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(14);

    /// <summary>Writes a command down.</summary>
    /// <returns>What came first under this id; null where this is the first.</returns>
    public static async Task<CommandRow?> Record(
        NpgsqlConnection connection, AccessRequest request, Guid commandId, string caller, byte[] contentHash, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("DELETE FROM access.command WHERE command_id = ANY(ARRAY(SELECT command_id FROM access.command WHERE answered_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED))")
                {
                    Parameters = { new() { Value = now - KeptFor }, new() { Value = ForgottenAtOnce } },
                },
                new("INSERT INTO access.command (command_id, tenant_id, request_id, caller, content_hash, sent_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING 1")
                {
                    Parameters =
                    {
                        new() { Value = commandId },
                        new() { Value = request.TenantId },
                        new() { Value = request.CorrelationId },
                        new() { Value = caller },
                        new() { Value = contentHash },
                        new() { Value = now },
                    },
                },
            },
        };
        return await batch.ExecuteScalarAsync(cancellationToken) is not null ? null : await Find(connection, commandId, cancellationToken);
    }

    public static NpgsqlBatchCommand Answer(Guid commandId, string? code, string? reason, DateTimeOffset now) =>
        new("UPDATE access.command SET code = $2, reason = $3, answered_at = $4 WHERE command_id = $1")
        {
            Parameters =
            {
                new() { Value = commandId },
                new() { Value = (object?)code ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
                new() { Value = (object?)reason ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
                new() { Value = now },
            },
        };

    /// <returns>Null where there is none that may be seen.</returns>
    public static async Task<CommandRow?> Find(NpgsqlConnection connection, Guid commandId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "SELECT request_id, caller, content_hash, sent_at, answered_at, code, reason FROM access.command WHERE command_id = $1", connection);
        command.Parameters.Add(new() { Value = commandId });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new(
                reader.GetGuid(0),
                reader.GetString(1),
                reader.GetFieldValue<byte[]>(2),
                reader.GetFieldValue<DateTimeOffset>(3),
                reader.IsDBNull(4) ? null : reader.GetFieldValue<DateTimeOffset>(4),
                reader.IsDBNull(5) ? null : reader.GetString(5),
                reader.IsDBNull(6) ? null : reader.GetString(6))
            : null;
    }
}
