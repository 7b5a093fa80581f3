using System.Text;
using Npgsql;
using Sovereignty.AuditService.LogTiles;
using Sovereignty.TransparencyLog;

namespace Sovereignty.AuditService.Witnessing;

/// <summary>Signed checkpoints with the cosignatures gathered for them.</summary>
internal sealed class CosignedCheckpoints(AuditDatabase database, WitnessPolicy policy, NoteVerifier log, TimeProvider time)
{
    private const int MostLookedAt = 100;

    /// <summary>The newest checkpoint that the log's key signed, whatever else stands in the table; null where there is none yet.</summary>
    /// <exception cref="InvalidDataException">It signed none of the newest.</exception>
    public async Task<SignedNote?> ReadNewest(CancellationToken ct)
    {
        await using var command = database.Read.CreateCommand("SELECT size, note FROM audit.checkpoints ORDER BY size DESC LIMIT $1");
        command.Parameters.Add(new() { Value = MostLookedAt });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var any = false;
        while (await reader.ReadAsync(ct))
        {
            if (ParseSigned(reader.GetString(1), reader.GetInt64(0)) is { } note)
            {
                return note;
            }

            any = true;
        }

        return any ? throw new InvalidDataException("The newest stored checkpoints are none that this log signed. Run the audit verification.") : null;
    }

    /// <summary>The largest size that the log ever promised to sign.</summary>
    public async Task<long> LargestPromised(CancellationToken ct)
    {
        await using var command = database.Append.CreateCommand("SELECT size FROM audit.promised WHERE id = 1");
        return await command.ExecuteScalarAsync(ct) as long? ?? 0;
    }

    public async Task<IReadOnlyList<MerkleHash>> Proof(long oldSize, long size, CancellationToken ct)
    {
        if (oldSize == 0)
        {
            return [];
        }

        await using var connection = await database.Append.OpenConnectionAsync(ct);
        return await new TileTree(size, async (tile, token) => await TileReader.Read(connection, tile, token)).ConsistencyProof(oldSize, ct);
    }

    /// <summary>Whether a note is a checkpoint that this log's key signed and that the log does not continue: a proof that it was cut, rolled back or forked.</summary>
    public async Task<bool> ProvesAnotherHistory(SignedNote note, CancellationToken ct)
    {
        if (note.Verify(log).Count == 0 || Checkpoint.Parse(note.Text) is not { } checkpoint || checkpoint.Origin != log.Name)
        {
            return false;
        }

        try
        {
            return !await LogHistory.Continues(database.Read, checkpoint, ct);
        }
        catch (InvalidDataException)
        {
            // A tree that is damaged continues nothing.
            return true;
        }
    }

    /// <summary>Keeps a cosignature.</summary>
    /// <returns>Whether the checkpoint has its quorum now.</returns>
    public async Task<bool> Add(SignedNote note, NoteSignature cosignature, NoteVerifier witness, CancellationToken ct)
    {
        var size = Checkpoint.Parse(note.Text)!.Size;
        await using var connection = await database.Append.OpenConnectionAsync(ct);
        await using (var insert = new NpgsqlCommand("INSERT INTO audit.cosignatures (size, witness, line, received_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING", connection))
        {
            insert.Parameters.Add(new() { Value = size });
            insert.Parameters.Add(new() { Value = witness.ToString() });
            insert.Parameters.Add(new() { Value = cosignature.ToLine() });
            insert.Parameters.Add(new() { Value = time.GetUtcNow() });
            await insert.ExecuteNonQueryAsync(ct);
        }

        await using var select = new NpgsqlCommand("SELECT array_agg(line ORDER BY received_at) FROM audit.cosignatures WHERE size = $1", connection);
        select.Parameters.Add(new() { Value = size });
        var cosigned = note.With(Lines((string[])(await select.ExecuteScalarAsync(ct))!));
        if (!policy.Policy.Judge(cosigned).IsSatisfied)
        {
            return false;
        }

        await using var witnessed = new NpgsqlCommand("INSERT INTO audit.witnessed (size, witnessed_at) VALUES ($1, $2) ON CONFLICT DO NOTHING", connection);
        witnessed.Parameters.Add(new() { Value = size });
        witnessed.Parameters.Add(new() { Value = time.GetUtcNow() });
        await witnessed.ExecuteNonQueryAsync(ct);
        return true;
    }

    /// <summary>The newest checkpoint that has its quorum, with every cosignature there is; null where none has.</summary>
    public async Task<SignedNote?> NewestWitnessed(CancellationToken ct)
    {
        await using var command = database.Read.CreateCommand(
            """
            SELECT c.size, c.note, (SELECT array_agg(s.line ORDER BY s.received_at) FROM audit.cosignatures AS s WHERE s.size = c.size)
            FROM audit.checkpoints AS c JOIN audit.witnessed AS w ON w.size = c.size
            ORDER BY c.size DESC LIMIT $1
            """);
        command.Parameters.Add(new() { Value = MostLookedAt });
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            // Judged by the policy of today, which may ask for more than the one it was gathered under.
            if (!await reader.IsDBNullAsync(2, ct) && ParseSigned(reader.GetString(1), reader.GetInt64(0))?.With(Lines(reader.GetFieldValue<string[]>(2))) is { } note && policy.Policy.Judge(note).IsSatisfied)
            {
                return note;
            }
        }

        return null;
    }

    private SignedNote? ParseSigned(string text, long size) =>
        SignedNote.Parse(Encoding.UTF8.GetBytes(text)) is { } note
        && note.Verify(log).Count > 0
        && Checkpoint.Parse(note.Text) is { } checkpoint
        && checkpoint.Origin == log.Name
        && checkpoint.Size == size
            ? note
            : null;

    private static IReadOnlyList<NoteSignature> Lines(string[] lines) => SignedNote.ParseSignatures(Encoding.UTF8.GetBytes(string.Concat(lines))) ?? [];
}
