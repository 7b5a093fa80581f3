using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Sovereignty.TransparencyLog.Verification;

/// <summary>A log as it is handed out, as of one checkpoint: its tiles and entry bundles.</summary>
/// <param name="files">Where they are.</param>
/// <param name="note">The signed checkpoint.</param>
/// <param name="checkpoint">What it says.</param>
/// <param name="held">Checkpoints that the reader has from before, as signed notes by ascending size.</param>
public sealed class TileLogSource(ILogFiles files, string note, Checkpoint checkpoint, IReadOnlyList<string> held) : ILogSource
{
    private const int FilesAtOnce = 16;
    private const int MostAbsentInARow = 4_096;

    /// <inheritdoc/>
    public bool KeepsPartialTiles => true;

    /// <inheritdoc/>
    public Task<LogHead?> Head(CancellationToken ct) => Task.FromResult<LogHead?>(new(checkpoint.Size, checkpoint.Root));

    /// <inheritdoc/>
    public async IAsyncEnumerable<IReadOnlyList<StoredEntry>> Entries([EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var files in Files(null, ct))
        {
            var entries = new List<StoredEntry>(files.Count * Tile.Width);
            foreach (var (path, bytes) in files)
            {
                Split(path, bytes, entries);
            }

            yield return entries;
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredTile> Tiles(int level, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var files in Files(level, ct))
        {
            foreach (var (path, bytes) in files)
            {
                yield return new(path.Index, bytes, null);
            }
        }
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<string> Checkpoints(CancellationToken ct) => new[] { note }.ToAsyncEnumerable();

    /// <inheritdoc/>
    public IAsyncEnumerable<string> CheckpointsElsewhere(CancellationToken ct) => held.ToAsyncEnumerable();

    /// <inheritdoc/>
    public Task<long?> MessageCount(CancellationToken ct) => Task.FromResult<long?>(null);

    /// <summary>
    /// Entries of a bundle. A rest that is no whole entry is given as one, so that it is found to be none; more entries than
    /// the bundle may have are a contradiction of its last.
    /// </summary>
    private static void Split(TilePath path, ReadOnlyMemory<byte> bundle, List<StoredEntry> entries)
    {
        var first = path.Index * Tile.Width;
        for (var i = 0; i < path.Width && !bundle.IsEmpty; i++)
        {
            var whole = bundle.Length >= sizeof(ushort) && bundle.Length - sizeof(ushort) >= BinaryPrimitives.ReadUInt16BigEndian(bundle.Span);
            var entry = whole ? bundle.Slice(sizeof(ushort), BinaryPrimitives.ReadUInt16BigEndian(bundle.Span)) : bundle;
            bundle = whole ? bundle[(sizeof(ushort) + entry.Length)..] : default;
            entries.Add(new(first + i, entry, null, null, i == path.Width - 1 && !bundle.IsEmpty ? "its bundle goes on after its last entry." : null));
        }
    }

    /// <summary>The files of a level that are there, several at a time.</summary>
    private async IAsyncEnumerable<IReadOnlyList<(TilePath Path, byte[] Bytes)>> Files(int? level, [EnumeratorCancellation] CancellationToken ct)
    {
        var count = (TilePath.HashesAt(level ?? 0, checkpoint.Size) + Tile.Width - 1) / Tile.Width;
        var absent = 0;
        for (long first = 0; first < count && absent < MostAbsentInARow; first += FilesAtOnce)
        {
            var reads = new List<Task<(TilePath Path, byte[]? Bytes)>>(FilesAtOnce);
            for (var index = first; index < Math.Min(first + FilesAtOnce, count); index++)
            {
                reads.Add(Read(TilePath.InTree(level, index, checkpoint.Size)!.Value, ct));
            }

            var found = new List<(TilePath, byte[])>(FilesAtOnce);
            foreach (var (path, bytes) in await Task.WhenAll(reads))
            {
                absent = bytes is null ? absent + 1 : 0;
                if (bytes is not null)
                {
                    found.Add((path, bytes));
                }
            }

            yield return found;
        }
    }

    /// <summary>A log that grew may have the whole file alone, whose beginning is the incomplete one.</summary>
    private async Task<(TilePath Path, byte[]? Bytes)> Read(TilePath path, CancellationToken ct)
    {
        var bytes = await files.Read(path.ToString(), ct);
        if (bytes is not null || path.Width == Tile.Width || await files.Read((path with { Width = Tile.Width }).ToString(), ct) is not { } whole)
        {
            return (path, bytes);
        }

        return (path, whole[..(path.Level is null ? BundleLength(whole, path.Width) : Math.Min(whole.Length, path.Width * MerkleHash.Length))]);
    }

    private static int BundleLength(ReadOnlySpan<byte> bundle, int width)
    {
        var length = 0;
        for (var i = 0; i < width && bundle.Length - length >= sizeof(ushort); i++)
        {
            length += sizeof(ushort) + BinaryPrimitives.ReadUInt16BigEndian(bundle[length..]);
        }

        return Math.Min(length, bundle.Length);
    }
}
