using System.Text;
using Npgsql;
using Sovereignty.AuditService.LogTiles;
using Sovereignty.TransparencyLog;

namespace Sovereignty.AuditService.Witnessing;

/// <summary>Signed checkpoints with the cosignatures gathered for them.</summary>
internal sealed class CosignedCheckpoints(AuditDatabase database, WitnessPolicy policy, TimeProvider time)
{
    private const int MostLookedAt = 100;

    /// <summary>The newest checkpoint that was signed, and the largest size whose quorum was met; null where there is none.</summary>
    public async Task<(SignedNote? Newest, long? Witnessed)> ReadNewest(CancellationToken ct)
    {
        await using var command = database.Append.CreateCommand(
            "SELECT (SELECT note FROM audit.checkpoints ORDER BY size DESC LIMIT 1), (SELECT max(size) FROM audit.witnessed)");
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return (await reader.IsDBNullAsync(0, ct) ? null : Parse(reader.GetString(0)), await reader.IsDBNullAsync(1, ct) ? null : reader.GetInt64(1));
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
            SELECT c.note, (SELECT array_agg(s.line ORDER BY s.received_at) FROM audit.cosignatures AS s WHERE s.size = c.size)
            FROM audit.checkpoints AS c JOIN audit.witnessed AS w ON w.size = c.size
            ORDER BY c.size DESC LIMIT $1
            """);
        command.Parameters.Add(new() { Value = MostLookedAt });
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            // Judged by the policy of today, which may ask for more than the one it was gathered under.
            if (!await reader.IsDBNullAsync(1, ct) && Parse(reader.GetString(0))?.With(Lines(reader.GetFieldValue<string[]>(1))) is { } note && policy.Policy.Judge(note).IsSatisfied)
            {
                return note;
            }
        }

        return null;
    }

    private static SignedNote? Parse(string note) => SignedNote.Parse(Encoding.UTF8.GetBytes(note));

    private static IReadOnlyList<NoteSignature> Lines(string[] lines) => SignedNote.ParseSignatures(Encoding.UTF8.GetBytes(string.Concat(lines))) ?? [];
}
