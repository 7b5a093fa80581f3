using Npgsql;
using Sovereignty.TransparencyLog;

namespace Sovereignty.AuditService.LogTiles;

/// <summary>Reads tiles: complete ones as they are stored, incomplete ones from the leaves or the tiles below.</summary>
internal static class TileReader
{
    /// <summary>The hashes after the last complete tile of a level.</summary>
    public static async Task<IReadOnlyList<MerkleHash>> Partial(NpgsqlConnection connection, int level, long hashesAtLevel, CancellationToken ct)
    {
        var width = (int)(hashesAtLevel % Tile.Width);
        return width == 0 ? [] : await Hashes(connection, level, hashesAtLevel / Tile.Width, width, ct);
    }

    /// <summary>The bytes of a hash tile.</summary>
    public static async Task<ReadOnlyMemory<byte>> Read(NpgsqlConnection connection, TilePath tile, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("SELECT hashes FROM audit.tiles WHERE level = $1 AND index = $2", connection);
        command.Parameters.Add(new() { Value = (short)tile.Level!.Value });
        command.Parameters.Add(new() { Value = tile.Index });
        var complete = (byte[]?)await command.ExecuteScalarAsync(ct);
        return complete is not null
            ? complete.AsMemory(0, tile.Width * MerkleHash.Length)
            : Tile.Pack(await Hashes(connection, tile.Level.Value, tile.Index, tile.Width, ct));
    }

    private static async Task<IReadOnlyList<MerkleHash>> Hashes(NpgsqlConnection connection, int level, long tile, int width, CancellationToken ct)
    {
        var sql = level == 0
            ? "SELECT leaf_hash FROM audit.entries WHERE index >= $1 AND index < $2 ORDER BY index"
            : "SELECT root FROM audit.tiles WHERE level = $3 AND index >= $1 AND index < $2 ORDER BY index";
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.Add(new() { Value = tile * Tile.Width });
        command.Parameters.Add(new() { Value = (tile * Tile.Width) + width });
        if (level > 0)
        {
            command.Parameters.Add(new() { Value = (short)(level - 1) });
        }

        var hashes = new List<MerkleHash>(width);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            hashes.Add(new MerkleHash(reader.GetFieldValue<byte[]>(0)));
        }

        return hashes.Count == width
            ? hashes
            : throw new InvalidDataException($"The log is damaged: the tile {tile} at level {level} should have {width} hashes and has {hashes.Count}.");
    }
}
