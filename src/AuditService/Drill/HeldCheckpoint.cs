using Npgsql;
using Sovereignty.AuditService.LogTiles;
using Sovereignty.TransparencyLog;

namespace Sovereignty.AuditService.Drill;

/// <summary>What somebody finds who kept one checkpoint where no thief of the log can reach it.</summary>
internal static class HeldCheckpoint
{
    /// <summary>Whether the log as it stands continues the one that the checkpoint was signed over.</summary>
    public static async Task<bool> Continues(NpgsqlDataSource database, Checkpoint held, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var command = new NpgsqlCommand("SELECT size, root FROM audit.head WHERE id = 1", connection);
        long size;
        MerkleHash root;
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            if (!await reader.ReadAsync(ct))
            {
                return false;
            }

            (size, root) = (reader.GetInt64(0), new MerkleHash(reader.GetFieldValue<byte[]>(1)));
        }

        if (size < held.Size)
        {
            return false;
        }

        var tree = new TileTree(size, async (tile, token) => await TileReader.Read(connection, tile, token));
        return MerkleProof.VerifyConsistency(held.Size, size, await tree.ConsistencyProof(held.Size, ct), held.Root, root);
    }
}
