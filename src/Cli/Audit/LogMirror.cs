using System.Text;
using Sovereignty.TransparencyLog;
using Sovereignty.TransparencyLog.Policy;
using Sovereignty.TransparencyLog.Verification;

namespace Sovereignty.Cli.Audit;

/// <summary>
/// A copy of a log in a folder. Complete tiles and bundles never change and are fetched once; the checkpoint is written last,
/// and only where the log continues the one that was there.
/// </summary>
internal sealed class LogMirror(ILogFiles log, string folder)
{
    private const int FilesAtOnce = 16;
    private const int ProgressEvery = 1_000;

    private int _unfinished;

    public async Task<MirrorOutcome> Update(Action<long, long>? progress, CancellationToken ct)
    {
        var bytes = await log.Read("checkpoint", ct) ?? throw new IOException("it has no checkpoint.");
        Directory.CreateDirectory(folder);
        foreach (var unfinished in Directory.EnumerateFiles(folder, ".unfinished-*").ToList())
        {
            File.Delete(unfinished);
        }

        var otherPolicy = await CopyPolicy(ct);
        var checkpoint = await Judge(bytes, ct);
        await CheckContinues(checkpoint, ct);

        var paths = Paths(checkpoint.Size).ToList();
        var wanted = paths.Where(path => !File.Exists(At(path.ToString()))).ToList();
        long done = 0;
        await Parallel.ForEachAsync(wanted, new ParallelOptions { MaxDegreeOfParallelism = FilesAtOnce, CancellationToken = ct }, async (path, cancel) =>
        {
            await Write(path.ToString(), await log.Read(path.ToString(), cancel) ?? throw new IOException($"{path} is not there."), cancel);
            if (Interlocked.Increment(ref done) is var count && (count % ProgressEvery == 0 || count == wanted.Count))
            {
                progress?.Invoke(count, wanted.Count);
            }
        });
        await Write("checkpoint", bytes, ct);
        RemoveOldPartials(checkpoint.Size);
        return new(checkpoint.Size, wanted.Count, paths.Count - wanted.Count, otherPolicy);
    }

    /// <summary>All tiles and bundles of a log of a size.</summary>
    public static IEnumerable<TilePath> Paths(long size)
    {
        for (long index = 0; TilePath.InTree(null, index, size) is { } bundle; index++)
        {
            yield return bundle;
        }

        for (var level = 0; TilePath.HashesAt(level, size) > 0; level++)
        {
            for (long index = 0; TilePath.InTree(level, index, size) is { } tile; index++)
            {
                yield return tile;
            }
        }
    }

    // Whom its owner trusts is the owner's to change.
    private async Task<bool> CopyPolicy(CancellationToken ct)
    {
        var offered = await log.Read("policy", ct) ?? await PolicyOfKey(ct);
        if (!File.Exists(At("policy")))
        {
            await Write("policy", offered, ct);
            return false;
        }

        var differs = !(await File.ReadAllBytesAsync(At("policy"), ct)).AsSpan().SequenceEqual(offered);
        if (differs)
        {
            await Write("policy.offered", offered, ct);
        }

        return differs;
    }

    private async Task<byte[]> PolicyOfKey(CancellationToken ct) =>
        await log.Read("key", ct) is { } key && NoteVerifier.Parse(Encoding.UTF8.GetString(key).TrimEnd('\n')) is { } verifier
            ? new TlogPolicy([new(verifier)], [], [], TlogPolicy.None).Write()
            : throw new IOException("it hands out neither policy nor key.");

    // A checkpoint with fewer cosignatures than the folder's policy asks for would take the place of better evidence.
    private async Task<Checkpoint> Judge(byte[] bytes, CancellationToken ct)
    {
        var note = SignedNote.Parse(bytes) ?? throw new RefusedException("The log's checkpoint is not a signed note.");
        var verdict = TlogPolicy.Parse(await File.ReadAllBytesAsync(At("policy"), ct)).Judge(note);
        return verdict is { IsSatisfied: true, Checkpoint: { } checkpoint } ? checkpoint : throw new RefusedException($"The log's checkpoint is refused by the folder's policy. {verdict.Problem}");
    }

    private async Task CheckContinues(Checkpoint checkpoint, CancellationToken ct)
    {
        if (!File.Exists(At("checkpoint")))
        {
            return;
        }

        var before = Read(await File.ReadAllBytesAsync(At("checkpoint"), ct)) ?? throw new RefusedException("The folder's checkpoint cannot be read, so that nothing shows whether the log continues it. Take another folder.");
        if (before.Size == 0)
        {
            return;
        }

        if (before.Origin != checkpoint.Origin)
        {
            throw new RefusedException($"The folder holds a copy of another log, {before.Origin}.");
        }

        if (checkpoint.Size < before.Size)
        {
            throw new RefusedException($"The log was rolled back: it has {checkpoint.Size:N0} entries, and the checkpoint in the folder is over {before.Size:N0}. The folder was left as it was; its checkpoint is evidence.");
        }

        var tree = new TileTree(checkpoint.Size, async (tile, cancel) => await log.Read(tile.ToString(), cancel) ?? throw new IOException($"{tile} is not there."));
        if (!MerkleProof.VerifyConsistency(before.Size, checkpoint.Size, await tree.ConsistencyProof(before.Size, ct), before.Root, checkpoint.Root))
        {
            throw new RefusedException($"The log does not continue the checkpoint in the folder, over {before.Size:N0} entries: it was changed, or shows different readers different logs. The folder was left as it was; its checkpoint is evidence.");
        }
    }

    private async Task Write(string path, byte[] bytes, CancellationToken ct)
    {
        var (target, unfinished) = (At(path), At($".unfinished-{Interlocked.Increment(ref _unfinished)}"));
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        await File.WriteAllBytesAsync(unfinished, bytes, ct);
        File.Move(unfinished, target, overwrite: true);
    }

    private void RemoveOldPartials(long size)
    {
        var tiles = At("tile");
        if (!Directory.Exists(tiles))
        {
            return;
        }

        foreach (var file in Directory.EnumerateFiles(tiles, "*", SearchOption.AllDirectories).ToList())
        {
            var path = Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/');
            if (TilePath.TryParse(path, out var tile) && tile.Width < Tile.Width && TilePath.InTree(tile.Level, tile.Index, size) is { } now && now.Width != tile.Width)
            {
                File.Delete(file);
                if (!Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(file)!).Any())
                {
                    Directory.Delete(Path.GetDirectoryName(file)!);
                }
            }
        }
    }

    private static Checkpoint? Read(byte[] bytes) => SignedNote.Parse(bytes) is { } note ? Checkpoint.Parse(note.Text) : null;

    private string At(string path) => Path.Combine(folder, path);
}

/// <summary>What a copy did.</summary>
/// <param name="Size">Entries of the log.</param>
/// <param name="Fetched">Tiles and bundles that were fetched.</param>
/// <param name="Kept">Those that were there.</param>
/// <param name="OtherPolicy">Whether the log hands out another policy than the one in the folder.</param>
internal sealed record MirrorOutcome(long Size, int Fetched, int Kept, bool OtherPolicy);
