using Npgsql;
using NpgsqlTypes;
using Sovereignty.AccessService.Requests;

namespace Sovereignty.AccessService.CommandAccess;

/// <summary>How a command was answered; no code where it was carried out or repeated what was said before.</summary>
internal sealed record CommandAnswer(string? Code, string? Reason);

/// <summary>Every command with its answer: what is sent twice under one id is answered once.</summary>
internal static class CommandTable
{
    /// <summary>Writes a command down.</summary>
    /// <returns>The hash of the content that came first under this id; null where this is the first.</returns>
    public static async Task<byte[]?> Record(NpgsqlConnection connection, AccessRequest request, Guid commandId, byte[] contentHash, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("INSERT INTO access.command (command_id, tenant_id, request_id, content_hash, sent_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING 1")
                {
                    Parameters = { new() { Value = commandId }, new() { Value = request.TenantId }, new() { Value = request.CorrelationId }, new() { Value = contentHash }, new() { Value = now } },
                },
                new("SELECT content_hash FROM access.command WHERE command_id = $1") { Parameters = { new() { Value = commandId } } },
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        if (await reader.ReadAsync(cancellationToken))
        {
            return null;
        }

        await reader.NextResultAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return reader.GetFieldValue<byte[]>(0);
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

    /// <returns>Null while there is no answer.</returns>
    public static async Task<CommandAnswer?> Find(NpgsqlConnection connection, Guid commandId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT code, reason FROM access.command WHERE command_id = $1 AND answered_at IS NOT NULL", connection);
        command.Parameters.Add(new() { Value = commandId });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new(reader.IsDBNull(0) ? null : reader.GetString(0), reader.IsDBNull(1) ? null : reader.GetString(1))
            : null;
    }
}
