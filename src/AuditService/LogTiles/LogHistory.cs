using Npgsql;
using Sovereignty.TransparencyLog;

namespace Sovereignty.AuditService.LogTiles;

internal static class LogHistory
{
    /// <summary>Whether the log as it stands continues the one that a checkpoint was signed over.</summary>
    /// <exception cref="InvalidDataException">Its tree is damaged.</exception>
    public static async Task<bool> Continues(NpgsqlDataSource database, Checkpoint earlier, CancellationToken ct)
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

        if (earlier.Size == 0 || size < earlier.Size)
        {
            return size >= earlier.Size;
        }

        var tree = new TileTree(size, async (tile, token) => await TileReader.Read(connection, tile, token));
        return MerkleProof.VerifyConsistency(earlier.Size, size, await tree.ConsistencyProof(earlier.Size, ct), earlier.Root, root);
    }
}
