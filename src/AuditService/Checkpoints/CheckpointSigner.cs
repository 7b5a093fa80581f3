using Npgsql;
using Sovereignty.AuditService.LogTiles;
using Sovereignty.TransparencyLog;

namespace Sovereignty.AuditService.Checkpoints;

/// <summary>
/// Signs what the log has grown to, at most once per interval. A checkpoint is promised in the database before it is signed,
/// after a proof that it continues the last one promised; so none ever contradicts another.
/// </summary>
internal sealed partial class CheckpointSigner(
    NpgsqlDataSource database, NoteSigner signer, CheckpointFile file, string origin, TimeSpan interval, TimeProvider time, ILogger<CheckpointSigner> logger) : BackgroundService
{
    private Checkpoint? _newestOutside;

    /// <summary>Why nothing can be signed; null while all is well.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Signs the present state of the log, where it has grown.</summary>
    /// <returns>The checkpoint, or null where there is nothing new.</returns>
    /// <exception cref="InvalidDataException">The log contradicts a checkpoint that was promised before.</exception>
    public async Task<SignedNote?> Sign(CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        if (!await Lock(connection, ct))
        {
            // Another instance signs.
            return null;
        }

        try
        {
            return await Sign(connection, ct);
        }
        finally
        {
            await Unlock(connection);
        }
    }

    private async Task<SignedNote?> Sign(NpgsqlConnection connection, CancellationToken ct)
    {
        // The head last: it only grows, so that nothing read before can be ahead of it.
        var promised = await ReadHead(connection, "audit.promised", ct);
        _newestOutside ??= file.Newest(signer.Verifier);
        var head = await ReadHead(connection, "audit.head", ct) ?? throw new InvalidDataException("The log has no head.");
        if (_newestOutside is { } outside)
        {
            await RequireConsistent(connection, outside, head, ct);
        }

        if (promised is not null && promised.Size == head.Size && await IsSigned(connection, head.Size, ct))
        {
            return null;
        }

        if (promised is not null)
        {
            await RequireConsistent(connection, promised, head, ct);
        }

        if (!await Promise(connection, promised, head, ct))
        {
            return null;
        }

        var note = SignedNote.Sign(head.ToText(), signer);
        file.Append(note, time.GetUtcNow());
        await using var insert = new NpgsqlCommand("INSERT INTO audit.checkpoints (size, note) VALUES ($1, $2) ON CONFLICT DO NOTHING", connection);
        insert.Parameters.Add(new() { Value = head.Size });
        insert.Parameters.Add(new() { Value = note.ToString() });
        await insert.ExecuteNonQueryAsync(ct);
        _newestOutside = head;
        Thin();
        return note;
    }

    private void Thin()
    {
        try
        {
            file.Thin(time.GetUtcNow());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogNotThinned(exception.Message);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval, time);
        do
        {
            try
            {
                await Sign(stoppingToken);
                Refusal = null;
            }
            catch (InvalidDataException exception)
            {
                Refusal = exception.Message;
                LogRefused(exception.Message);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(exception.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task RequireConsistent(NpgsqlConnection connection, Checkpoint earlier, Checkpoint head, CancellationToken ct)
    {
        if (earlier.Size > head.Size)
        {
            throw new InvalidDataException($"The log has {head.Size} entries, and a checkpoint over {earlier.Size} was made. Entries are missing, or an old copy of the database was restored. Nothing is signed.");
        }

        if (earlier.Size == 0)
        {
            return;
        }

        var tree = new TileTree(head.Size, async (tile, token) => await TileReader.Read(connection, tile, token));
        var proof = await tree.ConsistencyProof(earlier.Size, ct);
        if (!MerkleProof.VerifyConsistency(earlier.Size, head.Size, proof, earlier.Root, head.Root))
        {
            throw new InvalidDataException($"The log at {head.Size} entries contradicts the checkpoint over {earlier.Size}. Nothing is signed. Run the audit verification.");
        }
    }

    private async Task<Checkpoint?> ReadHead(NpgsqlConnection connection, string table, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand($"SELECT size, root FROM {table} WHERE id = 1", connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? new Checkpoint(origin, reader.GetInt64(0), new MerkleHash(reader.GetFieldValue<byte[]>(1))) : null;
    }

    // So that checkpoints are written outside in the order of their sizes, whichever instance signs them.
    private static async Task<bool> Lock(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("SELECT pg_try_advisory_lock(hashtext('audit.sign'))", connection);
        return (bool)(await command.ExecuteScalarAsync(ct))!;
    }

    private static async Task Unlock(NpgsqlConnection connection)
    {
        if (connection.State == System.Data.ConnectionState.Open)
        {
            await using var command = new NpgsqlCommand("SELECT pg_advisory_unlock(hashtext('audit.sign'))", connection);
            await command.ExecuteNonQueryAsync();
        }
    }

    private static async Task<bool> IsSigned(NpgsqlConnection connection, long size, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("SELECT 1 FROM audit.checkpoints WHERE size = $1", connection);
        command.Parameters.Add(new() { Value = size });
        return await command.ExecuteScalarAsync(ct) is not null;
    }

    private static async Task<bool> Promise(NpgsqlConnection connection, Checkpoint? promised, Checkpoint head, CancellationToken ct)
    {
        await using var command = promised is null
            ? new NpgsqlCommand("INSERT INTO audit.promised (id, size, root) VALUES (1, $1, $2) ON CONFLICT DO NOTHING", connection)
            : new NpgsqlCommand("UPDATE audit.promised SET size = $1, root = $2 WHERE id = 1 AND size = $3 AND root = $4", connection);
        command.Parameters.Add(new() { Value = head.Size });
        command.Parameters.Add(new() { Value = head.Root.ToArray() });
        if (promised is not null)
        {
            command.Parameters.Add(new() { Value = promised.Size });
            command.Parameters.Add(new() { Value = promised.Root.ToArray() });
        }

        return await command.ExecuteNonQueryAsync(ct) == 1;
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "No checkpoint is signed: {Reason}")]
    private partial void LogRefused(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The file of checkpoints is as long as it was: {Reason}")]
    private partial void LogNotThinned(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The checkpoint waits for the next interval: {Reason}")]
    private partial void LogFailed(string reason);
}
