using System.Text;

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
    private Tile? _storedLeafTile;

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
        await using var elsewhere = new CheckpointWalk(source.CheckpointsElsewhere(ct).GetAsyncEnumerator(ct), "outside the database");
        CheckpointWalk[] walks = [stored, elsewhere];
        try
        {
            foreach (var walk in walks)
            {
                await Next(walk);
            }

            await CheckCheckpoints(walks);
            await foreach (var chunk in source.Entries(ct))
            {
                var checks = new EntryCheck[chunk.Count];
                Parallel.For(0, chunk.Count, new ParallelOptions { CancellationToken = ct }, i => checks[i] = EntryCheck.Of(chunk[i], findKey));
                for (var i = 0; i < chunk.Count; i++)
                {
                    await Take(chunk[i], checks[i], head, walks, ct);
                }

                progress?.Invoke(_edge.Size, head.Size);
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

    private async Task Take(StoredEntry entry, EntryCheck check, LogHead head, CheckpointWalk[] walks, CancellationToken ct)
    {
        _read++;
        if (entry.Index < _edge.Size)
        {
            Find(LogVerdict.Invalid, entry.Index, $"Entry {entry.Index} stands twice or out of order.");
            return;
        }

        await Skip(entry.Index, head, walks, ct);
        if (check.Problem is { } problem)
        {
            Find(LogVerdict.Invalid, entry.Index, $"Entry {entry.Index}: {problem}");
        }

        if (check.Entry is { } numbered)
        {
            _numbers.Take(entry.Index, numbered.Source, numbered.Number, numbered.ReceivedAt);
        }

        _opened += check.Opened ? 1 : 0;
        _withoutKey += check.WithoutKey ? 1 : 0;
        await BeginTile(head, ct);
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
        if (index > _edge.Size)
        {
            var last = index - 1;
            Find(LogVerdict.Gap, _edge.Size, last == _edge.Size ? $"Entry {last} is not there." : $"Entries {_edge.Size} to {last} are not there.");
        }

        while (_edge.Size < index)
        {
            await BeginTile(head, ct);
            var inTile = _storedLeaves?[(int)(_edge.Size % Tile.Width)];
            _hashesKnown &= inTile is not null;
            await Append(inTile ?? MerkleHash.EmptyRoot, head, walks, ct);
        }
    }

    private async Task Append(MerkleHash leaf, LogHead head, CheckpointWalk[] walks, CancellationToken ct)
    {
        var completed = new List<Tile>();
        _edge.Append(leaf, completed);
        foreach (var tile in completed)
        {
            await CheckTile(tile, head, ct);
        }

        await CheckCheckpoints(walks);
    }

    private async Task BeginTile(LogHead head, CancellationToken ct)
    {
        if (_edge.Size % Tile.Width == 0)
        {
            var index = _edge.Size / Tile.Width;
            _storedLeaves = index < head.Size / Tile.Width && await ReadTile(0, index, ct) is { } tile ? Tile.Unpack(tile.Hashes) : null;
        }
    }

    private async Task CheckTile(Tile computed, LogHead head, CancellationToken ct)
    {
        if (computed.Index >= TilePath.HashesAt(computed.Level, head.Size) / Tile.Width)
        {
            return;
        }

        // The tile of leaves was read when its first entry was.
        var stored = computed.Level == 0 ? _storedLeafTile : await ReadTile(computed.Level, computed.Index, ct);
        var first = computed.Index << (Tile.Height * (computed.Level + 1));
        if (stored is null)
        {
            Find(LogVerdict.Invalid, first, $"The tile {computed.Index} at level {computed.Level} is not there.");
        }
        else if (_hashesKnown && (stored.Root != computed.Root || !stored.Hashes.AsSpan().SequenceEqual(computed.Hashes)))
        {
            Find(LogVerdict.Invalid, first, $"The tile {computed.Index} at level {computed.Level} does not follow from the entries below it.");
        }
    }

    private async Task<Tile?> ReadTile(int level, long index, CancellationToken ct)
    {
        if (!_tiles.TryGetValue(level, out var walk))
        {
            _tiles[level] = walk = new TileWalk(source.Tiles(level, ct).GetAsyncEnumerator(ct));
        }

        var tile = await walk.Find(index);
        if (level == 0)
        {
            _storedLeafTile = tile;
        }

        return tile;
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

    private sealed class TileWalk(IAsyncEnumerator<Tile> tiles) : IAsyncDisposable
    {
        private bool _begun;
        private Tile? _current;

        public async ValueTask<Tile?> Find(long index)
        {
            while (!_begun || _current?.Index < index)
            {
                _begun = true;
                _current = await tiles.MoveNextAsync() ? tiles.Current : null;
            }

            return _current is { } tile && tile.Index == index && tile.Hashes.Length == Tile.Width * MerkleHash.Length ? tile : null;
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
