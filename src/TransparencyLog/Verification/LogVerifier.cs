using System.Text;
using System.Threading.Channels;

namespace Sovereignty.TransparencyLog.Verification;

/// <summary>
/// Recomputes a whole log from its entries and compares: every leaf, every tile, the head, every signed checkpoint, every
/// body whose key is at hand. Reads once from end to end; memory does not grow with the log.
/// </summary>
/// <param name="source">The log.</param>
/// <param name="origin">The log's name, as in its checkpoints.</param>
/// <param name="verifier">The log's key.</param>
/// <param name="findKey">
/// Gives a body's key by its id, or null; null to open no bodies. An <see cref="InvalidDataException"/> says that the key is
/// damaged. Called from several threads.
/// </param>
/// <param name="grace">How long a service's number may be missing while later ones are there; null for five minutes.</param>
public sealed class LogVerifier(ILogSource source, string origin, NoteVerifier verifier, Func<string, byte[]?>? findKey = null, TimeSpan? grace = null)
{
    private const int MostFindings = 100;
    private const int ChunksAhead = 2;

    private readonly List<LogFinding> _findings = [];
    private readonly HashSet<LogVerdict> _kinds = [];
    private readonly Dictionary<int, TileWalk> _tiles = [];
    private readonly RightEdge _edge = new();
    private readonly SourceNumbers _numbers = new(grace);
    private long _findingCount;
    private long _checkpoints;
    private long _opened;
    private long _withoutKey;
    private long _read;
    private long _trustedSize;
    private bool _hashesKnown = true;
    private bool _checkpointFailed;
    private MerkleHash[]? _storedLeaves;
    private StoredTile? _storedLeafTile;
    private readonly List<Tile> _completed = [];

    /// <summary>Where the checkpoints are that <see cref="ILogSource.CheckpointsElsewhere"/> gives, as findings say it.</summary>
    public string Elsewhere { get; init; } = "outside the database";

    /// <summary>Told of each entry in the order of the log, with its place, wherever its bytes are one.</summary>
    public Action<long, LogEntry>? OnEntry { get; init; }

    /// <summary>Verifies. For one use.</summary>
    /// <param name="progress">Told of entries done and of their number, now and then.</param>
    /// <param name="ct">Cancels it.</param>
    /// <returns>The outcome.</returns>
    public async Task<LogReport> Verify(Action<long, long>? progress = null, CancellationToken ct = default)
    {
        var head = await source.Head(ct);
        if (head is null)
        {
            Find(LogVerdict.Missing, null, "There is no log.");
            return Report();
        }

        await using var stored = new CheckpointWalk(source.Checkpoints(ct).GetAsyncEnumerator(ct), "with the log");
        await using var elsewhere = new CheckpointWalk(source.CheckpointsElsewhere(ct).GetAsyncEnumerator(ct), Elsewhere);
        CheckpointWalk[] walks = [stored, elsewhere];
        try
        {
            foreach (var walk in walks)
            {
                await Next(walk);
            }

            await CheckCheckpoints(walks);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
            var chunks = Channel.CreateBounded<(IReadOnlyList<StoredEntry> Entries, EntryCheck[] Checks)>(ChunksAhead);
            var reading = Task.Run(() => ReadAhead(chunks.Writer, stop.Token), CancellationToken.None);
            try
            {
                await foreach (var (entries, checks) in chunks.Reader.ReadAllAsync(ct))
                {
                    for (var i = 0; i < checks.Length; i++)
                    {
                        await Take(entries[i], checks[i], head, walks, ct);
                    }

                    progress?.Invoke(_edge.Size, head.Size);
                }
            }
            finally
            {
                await stop.CancelAsync();
                await reading;
            }

            await Finish(head, walks, ct);
        }
        finally
        {
            foreach (var tiles in _tiles.Values)
            {
                await tiles.DisposeAsync();
            }
        }

        return Report();
    }

    // What can be said of entries by themselves is found out while those before are put into the tree.
    private async Task ReadAhead(ChannelWriter<(IReadOnlyList<StoredEntry> Entries, EntryCheck[] Checks)> chunks, CancellationToken ct)
    {
        try
        {
            await foreach (var entries in source.Entries(ct))
            {
                var checks = new EntryCheck[entries.Count];
                Parallel.For(0, entries.Count, new ParallelOptions { CancellationToken = ct }, i => checks[i] = EntryCheck.Of(entries[i], findKey));
                await chunks.WriteAsync((entries, checks), ct);
            }

            chunks.Complete();
        }
        catch (Exception exception)
        {
            chunks.Complete(exception);
        }
    }

    private async Task Take(StoredEntry entry, EntryCheck check, LogHead head, CheckpointWalk[] walks, CancellationToken ct)
    {
        _read++;
        if (entry.Index < _edge.Size)
        {
            Find(LogVerdict.Invalid, entry.Index, $"Entry {entry.Index} stands twice or out of order.");
            return;
        }

        if (entry.Index > _edge.Size)
        {
            await Skip(entry.Index, head, walks, ct);
        }

        if (check.Entry is { } read)
        {
            OnEntry?.Invoke(entry.Index, read);
            _numbers.Take(entry.Index, read.Source, read.Number, read.ReceivedAt);
        }

        if (check.Problem is { } problem)
        {
            Find(LogVerdict.Invalid, entry.Index, $"Entry {entry.Index}: {problem}");
        }

        _opened += check.Opened ? 1 : 0;
        _withoutKey += check.WithoutKey ? 1 : 0;
        if (_edge.Size % Tile.Width == 0)
        {
            await BeginTile(head, ct);
        }

        var inTile = _storedLeaves?[(int)(entry.Index % Tile.Width)];
        if ((inTile is { } known && known != check.Leaf) || (entry.LeafHash is { } beside && beside != check.Leaf))
        {
            Find(LogVerdict.Invalid, entry.Index, $"Entry {entry.Index}: its bytes are not the ones that were hashed when it was logged.");
        }

        // With the hash that the tree was built with, all the rest can still be told right from wrong.
        await Append(inTile ?? entry.LeafHash ?? check.Leaf, head, walks, ct);
    }

    private async Task Skip(long index, LogHead head, CheckpointWalk[] walks, CancellationToken ct)
    {
        var last = index - 1;
        Find(LogVerdict.Gap, _edge.Size, last == _edge.Size ? $"Entry {last} is not there." : $"Entries {_edge.Size} to {last} are not there.");
        while (_edge.Size < index)
        {
            if (_edge.Size % Tile.Width == 0)
            {
                await BeginTile(head, ct);
            }

            var inTile = _storedLeaves?[(int)(_edge.Size % Tile.Width)];
            _hashesKnown &= inTile is not null;
            await Append(inTile ?? MerkleHash.EmptyRoot, head, walks, ct);
        }
    }

    private async Task Append(MerkleHash leaf, LogHead head, CheckpointWalk[] walks, CancellationToken ct)
    {
        _edge.Append(leaf, _completed);
        if (_completed.Count > 0)
        {
            foreach (var tile in _completed)
            {
                await CheckTile(tile, head, ct);
            }

            _completed.Clear();
        }

        if (Array.Exists(walks, walk => walk.Current?.Size <= _edge.Size))
        {
            await CheckCheckpoints(walks);
        }
    }

    private async Task BeginTile(LogHead head, CancellationToken ct)
    {
        _storedLeafTile = await ReadTile(0, _edge.Size / Tile.Width, head, ct);
        _storedLeaves = _storedLeafTile is { } tile ? Tile.Unpack(tile.Hashes) : null;
    }

    private async Task CheckTile(Tile computed, LogHead head, CancellationToken ct)
    {
        if (computed.Index >= TilePath.HashesAt(computed.Level, head.Size) / Tile.Width)
        {
            return;
        }

        // The tile of leaves was read when its first entry was.
        var stored = computed.Level == 0 ? _storedLeafTile : await ReadTile(computed.Level, computed.Index, head, ct);
        CompareTile(computed.Level, computed.Index, computed.Hashes, stored, stored?.Root is null || stored.Root == computed.Root);
    }

    private async Task CheckPartialTiles(LogHead head, CancellationToken ct)
    {
        for (var level = 0; TilePath.HashesAt(level, head.Size) > 0; level++)
        {
            if (TilePath.PartialWidth(level, head.Size) > 0)
            {
                var index = TilePath.HashesAt(level, head.Size) / Tile.Width;
                var stored = level == 0 ? _storedLeafTile : await ReadTile(level, index, head, ct);
                CompareTile(level, index, Tile.Pack(_edge.Partial(level)), stored, sameRoot: true);
            }
        }
    }

    private void CompareTile(int level, long index, byte[] computed, StoredTile? stored, bool sameRoot)
    {
        var first = index << (Tile.Height * (level + 1));
        if (stored is null)
        {
            Find(LogVerdict.Invalid, first, $"The tile {index} at level {level} is not there, or not whole.");
        }
        else if (_hashesKnown && !(sameRoot && stored.Hashes.AsSpan().SequenceEqual(computed)))
        {
            Find(LogVerdict.Invalid, first, $"The tile {index} at level {level} does not follow from the entries below it.");
        }
    }

    private async Task<StoredTile?> ReadTile(int level, long index, LogHead head, CancellationToken ct)
    {
        if (TilePath.InTree(level, index, head.Size) is not { } path || (path.Width < Tile.Width && !source.KeepsPartialTiles))
        {
            return null;
        }

        if (!_tiles.TryGetValue(level, out var walk))
        {
            _tiles[level] = walk = new TileWalk(source.Tiles(level, ct).GetAsyncEnumerator(ct));
        }

        return await walk.Find(index, path.Width);
    }

    private async Task CheckCheckpoints(CheckpointWalk[] walks)
    {
        foreach (var walk in walks)
        {
            while (walk.Current is { } checkpoint && checkpoint.Size <= _edge.Size)
            {
                if (checkpoint.Size < _edge.Size)
                {
                    Find(LogVerdict.Invalid, null, $"The checkpoint over {checkpoint.Size} entries kept {walk.Place} stands after a larger one.");
                }
                else if (_hashesKnown && checkpoint.Root != _edge.Root())
                {
                    FailCheckpoint(checkpoint, walk.Place);
                }
                else if (_hashesKnown)
                {
                    _checkpoints++;
                    _trustedSize = checkpoint.Size;
                }

                await Next(walk);
            }
        }
    }

    private void FailCheckpoint(Checkpoint checkpoint, string place)
    {
        // Once one fails, all later ones do.
        if (!_checkpointFailed)
        {
            Find(LogVerdict.Invalid, _trustedSize, $"The entries do not give the root of the checkpoint over {checkpoint.Size} entries kept {place}: one of the entries {_trustedSize} to {checkpoint.Size - 1} was changed.");
        }

        _checkpointFailed = true;
    }

    private async Task Next(CheckpointWalk walk)
    {
        while (await walk.Read() is { } text)
        {
            var note = SignedNote.Parse(Encoding.UTF8.GetBytes(text));
            var checkpoint = note is null ? null : Checkpoint.Parse(note.Text);
            if (note is null || checkpoint is null || checkpoint.Origin != origin || note.Verify(verifier).Count == 0)
            {
                Find(LogVerdict.Invalid, null, $"A checkpoint kept {walk.Place} is not one that the log's key signed.");
                continue;
            }

            walk.Current = checkpoint;
            return;
        }

        walk.Current = null;
    }

    private async Task Finish(LogHead head, CheckpointWalk[] walks, CancellationToken ct)
    {
        var end = _edge.Size;
        if (end < head.Size)
        {
            Find(LogVerdict.Missing, end, $"The log says it has {head.Size} entries; from entry {end} on they are not there.");
        }
        else if (end > head.Size)
        {
            Find(LogVerdict.Invalid, head.Size, $"The log says it has {head.Size} entries; there are {end}.");
        }
        else if (_hashesKnown && _edge.Root() != head.Root)
        {
            Find(LogVerdict.Invalid, null, "The entries do not give the root that the log says it has.");
        }

        if (end == head.Size && source.KeepsPartialTiles)
        {
            await CheckPartialTiles(head, ct);
        }

        foreach (var walk in walks)
        {
            if (walk.Current is not { } next)
            {
                continue;
            }

            var largest = next;
            while (walk.Current is { } current)
            {
                largest = current.Size > largest.Size ? current : largest;
                await Next(walk);
            }

            Find(LogVerdict.Missing, end, $"A checkpoint kept {walk.Place} was signed over {largest.Size} entries; from entry {end} on they are not there.");
        }

        if (!_kinds.Contains(LogVerdict.Gap) && !_kinds.Contains(LogVerdict.Missing) && await source.MessageCount(ct) is { } messages && messages != end)
        {
            Find(LogVerdict.Invalid, null, $"The list of messages has {messages}; there are {end} entries.");
        }

        FindNumbers();
    }

    private void FindNumbers()
    {
        foreach (var (service, first, last, at, _, inPart) in _numbers.Missing())
        {
            Find(LogVerdict.Gap, at, first == last ? $"{service} number {first} is not in the log." : $"{service} numbers {first} to {last} are not {(inPart ? "all " : "")}in the log.");
        }

        foreach (var repeat in _numbers.Repeats)
        {
            Find(LogVerdict.Invalid, repeat.Index, $"Entry {repeat.Index}: {repeat.Source} number {repeat.Number} was there before.");
        }

        _findingCount += _numbers.RepeatCount - _numbers.Repeats.Count;
    }

    private void Find(LogVerdict kind, long? index, string message)
    {
        _findingCount++;
        _kinds.Add(kind);
        if (_findings.Count < MostFindings)
        {
            _findings.Add(new(kind, index, message));
        }
    }

    private LogReport Report() => new()
    {
        Verdict = _kinds.Count == 0 ? LogVerdict.Valid : _kinds.Min(),
        Entries = _read,
        Root = _hashesKnown ? _edge.Root() : null,
        Checkpoints = _checkpoints,
        BodiesOpened = _opened,
        BodiesWithoutKey = _withoutKey,
        InFlight = _numbers.InFlight,
        FindingCount = _findingCount,
        Findings = _findings,
    };

    private sealed class TileWalk(IAsyncEnumerator<StoredTile> tiles) : IAsyncDisposable
    {
        private bool _begun;
        private StoredTile? _current;

        public async ValueTask<StoredTile?> Find(long index, int width)
        {
            while (!_begun || _current?.Index < index)
            {
                _begun = true;
                _current = await tiles.MoveNextAsync() ? tiles.Current : null;
            }

            return _current is { } tile && tile.Index == index && tile.Hashes.Length == width * MerkleHash.Length ? tile : null;
        }

        public ValueTask DisposeAsync() => tiles.DisposeAsync();
    }

    private sealed class CheckpointWalk(IAsyncEnumerator<string> notes, string place) : IAsyncDisposable
    {
        public string Place => place;

        public Checkpoint? Current { get; set; }

        public async ValueTask<string?> Read() => await notes.MoveNextAsync() ? notes.Current : null;

        public ValueTask DisposeAsync() => notes.DisposeAsync();
    }
}
