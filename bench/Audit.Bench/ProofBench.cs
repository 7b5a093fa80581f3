using System.Diagnostics;
using Npgsql;
using NpgsqlTypes;
using Sovereignty.AuditService.LogTiles;
using Sovereignty.Messaging.Bench;
using Sovereignty.TransparencyLog;

namespace Sovereignty.Audit.Bench;

/// <summary>Inclusion proofs from a tree of many leaf hashes, read tile by tile from the database and verified.</summary>
internal static class ProofBench
{
    private const int Proofs = 2_000;

    public static async Task<Limit> Run(BenchLog log, BenchPlan plan, CancellationToken ct)
    {
        Progress.Say($"proof: a tree of {plan.Leaves:N0} leaf hashes");
        await using var admin = log.Administrator();
        var root = await Fill(admin, plan.Leaves, ct);
        var random = new Random(1);
        var times = new List<double>(Proofs);
        var hashes = 0L;
        for (var i = 0; i < Proofs; i++)
        {
            var index = random.NextInt64(plan.Leaves);
            var start = Stopwatch.GetTimestamp();
            await using (var connection = await log.Database.Read.OpenConnectionAsync(ct))
            {
                var tree = new TileTree(plan.Leaves, async (tile, token) => await TileReader.Read(connection, tile, token));
                var (leaf, proof) = (await tree.Leaf(index, ct), await tree.InclusionProof(index, ct));
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                hashes += proof.Count;
                if (!MerkleProof.VerifyInclusion(index, plan.Leaves, leaf, proof, root))
                {
                    throw new InvalidOperationException($"The proof of entry {index} is wrong.");
                }
            }
        }

        times.Sort();
        return new(
            $"Inclusion proof over {plan.Leaves:N0} leaf hashes, p99 of {Proofs:N0}", "ms", times[Proofs * 99 / 100], Goal: 5,
            $"p50 {times[Proofs / 2]:0.00}, slowest {times[^1]:0.0}; {(double)hashes / Proofs:0.0} hashes; each verified; one tile by itself {await OneTile(log, plan.Leaves, ct):0.00}");
    }

    // Complete tiles alone are stored; the leaves are random numbers, a multiple of 256 so that no entry is needed for them.
    private static async Task<MerkleHash> Fill(NpgsqlDataSource database, long leaves, CancellationToken ct)
    {
        var random = new Random(2);
        var edge = new RightEdge();
        var tiles = new List<Tile>();
        var leaf = new byte[MerkleHash.Length];
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var copy = await connection.BeginBinaryImportAsync("COPY audit.tiles (level, index, hashes, root) FROM STDIN (FORMAT BINARY)", ct);
        while (edge.Size < leaves)
        {
            random.NextBytes(leaf);
            edge.Append(new MerkleHash(leaf), tiles);
            foreach (var tile in tiles)
            {
                copy.StartRow();
                copy.Write((short)tile.Level, NpgsqlDbType.Smallint);
                copy.Write(tile.Index, NpgsqlDbType.Bigint);
                copy.Write(tile.Hashes, NpgsqlDbType.Bytea);
                copy.Write(tile.Root.ToArray(), NpgsqlDbType.Bytea);
            }

            tiles.Clear();
        }

        await copy.CompleteAsync(ct);
        return edge.Root();
    }

    private static async Task<double> OneTile(BenchLog log, long leaves, CancellationToken ct)
    {
        var times = new List<double>();
        await using var connection = await log.Database.Read.OpenConnectionAsync(ct);
        for (var i = 0; i < 200; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await TileReader.Read(connection, TilePath.InTree(0, i * 7 % (leaves / Tile.Width), leaves)!.Value, ct);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return times.Order().ElementAt(100);
    }
}
