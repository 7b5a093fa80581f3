namespace Sovereignty.TransparencyLog.Verification;

/// <summary>A stored log, read from one end to the other. Everything comes in ascending order; nothing is assumed to be right.</summary>
public interface ILogSource
{
    /// <summary>What the log says of itself; null where there is no log.</summary>
    /// <param name="ct">Cancels the read.</param>
    /// <returns>Size and root.</returns>
    Task<LogHead?> Head(CancellationToken ct);

    /// <summary>The entries, in chunks.</summary>
    /// <param name="ct">Cancels the read.</param>
    /// <returns>Chunks by ascending index.</returns>
    IAsyncEnumerable<IReadOnlyList<StoredEntry>> Entries(CancellationToken ct);

    /// <summary>Whether incomplete tiles are kept too, and so must be there and right.</summary>
    bool KeepsPartialTiles => false;

    /// <summary>The tiles of a level.</summary>
    /// <param name="level">The tile level.</param>
    /// <param name="ct">Cancels the read.</param>
    /// <returns>Tiles by ascending index.</returns>
    IAsyncEnumerable<StoredTile> Tiles(int level, CancellationToken ct);

    /// <summary>The signed checkpoints kept with the log.</summary>
    /// <param name="ct">Cancels the read.</param>
    /// <returns>Notes by ascending size.</returns>
    IAsyncEnumerable<string> Checkpoints(CancellationToken ct);

    /// <summary>Signed checkpoints kept elsewhere, out of reach of whoever can change the log.</summary>
    /// <param name="ct">Cancels the read.</param>
    /// <returns>Notes by ascending size.</returns>
    IAsyncEnumerable<string> CheckpointsElsewhere(CancellationToken ct);

    /// <summary>How many messages the log says it has; null where it keeps no such list.</summary>
    /// <param name="ct">Cancels the read.</param>
    /// <returns>The number.</returns>
    Task<long?> MessageCount(CancellationToken ct);
}

/// <summary>What a log says of itself.</summary>
/// <param name="Size">Number of entries.</param>
/// <param name="Root">Root of the tree.</param>
public sealed record LogHead(long Size, MerkleHash Root);

/// <summary>An entry as it is stored.</summary>
/// <param name="Index">Its place in the log.</param>
/// <param name="Entry">The bytes that are hashed.</param>
/// <param name="LeafHash">The hash stored beside it; null where none is.</param>
/// <param name="Sealed">The sealed body; null where it is not at hand.</param>
/// <param name="Contradiction">What stored beside it contradicts it; null where nothing does.</param>
/// <param name="CompareBody">Compares what is stored beside it with its opened body: gives what contradicts, or null. Called from several threads.</param>
public sealed record StoredEntry(
    long Index, ReadOnlyMemory<byte> Entry, MerkleHash? LeafHash, byte[]? Sealed, string? Contradiction = null, Func<LogEntry, byte[], string?>? CompareBody = null);

/// <summary>A tile as it is stored.</summary>
/// <param name="Index">Its place within the level.</param>
/// <param name="Hashes">The hashes, one after the other.</param>
/// <param name="Root">The root stored beside them; null where none is.</param>
public sealed record StoredTile(long Index, byte[] Hashes, MerkleHash? Root);
