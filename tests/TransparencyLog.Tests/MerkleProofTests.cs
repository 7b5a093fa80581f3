using CsCheck;

namespace Sovereignty.TransparencyLog.Tests;

public sealed class MerkleProofTests
{
    private static readonly MerkleHash[] Leaves = Trees.Leaves(1_200);

    [Fact]
    public async Task Every_leaf_of_small_trees_is_proven_included()
    {
        for (var size = 1; size <= 40; size++)
        {
            var (edge, tiles) = Trees.Append(Leaves.Take(size));
            for (var index = 0; index < size; index++)
            {
                var proof = await new TileTree(size, tiles.Read).InclusionProof(index, default);
                Assert.True(MerkleProof.VerifyInclusion(index, size, Leaves[index], proof, edge.Root()));
            }
        }
    }

    [Fact]
    public async Task Every_pair_of_small_trees_is_proven_consistent()
    {
        for (var size = 1; size <= 40; size++)
        {
            var (edge, tiles) = Trees.Append(Leaves.Take(size));
            for (var old = 1; old <= size; old++)
            {
                var proof = await new TileTree(size, tiles.Read).ConsistencyProof(old, default);
                Assert.True(MerkleProof.VerifyConsistency(old, size, proof, Trees.Root(Leaves.AsSpan(0, old)), edge.Root()));
            }
        }
    }

    [Fact]
    public async Task Every_bit_of_a_proof_counts()
    {
        await Gen.Int[2, Leaves.Length].SelectMany(size => Gen.Int[1, size - 1].Select(index => (size, index))).SampleAsync(
            async sample =>
            {
                var (size, index) = sample;
                var (edge, tiles) = Trees.Append(Leaves.Take(size));
                var tree = new TileTree(size, tiles.Read);
                var oldRoot = Trees.Root(Leaves.AsSpan(0, index));
                var inclusion = await tree.InclusionProof(index, default);
                var consistency = await tree.ConsistencyProof(index, default);

                Assert.True(MerkleProof.VerifyInclusion(index, size, Leaves[index], inclusion, edge.Root()));
                Assert.True(MerkleProof.VerifyConsistency(index, size, consistency, oldRoot, edge.Root()));
                Assert.All(Mutations(inclusion), proof => Assert.False(MerkleProof.VerifyInclusion(index, size, Leaves[index], proof, edge.Root())));
                Assert.All(Mutations(consistency), proof => Assert.False(MerkleProof.VerifyConsistency(index, size, proof, oldRoot, edge.Root())));
                Assert.False(MerkleProof.VerifyInclusion(index - 1, size, Leaves[index], inclusion, edge.Root()));
                Assert.False(MerkleProof.VerifyInclusion(index, size, Leaves[index - 1], inclusion, edge.Root()));
                Assert.False(MerkleProof.VerifyConsistency(index, size, consistency, edge.Root(), edge.Root()));
            },
            iter: 12,
            threads: 1);
    }

    [Fact]
    public void The_empty_tree_is_not_proven_consistent_with_anything() =>
        Assert.False(MerkleProof.VerifyConsistency(0, 1, [], MerkleHash.EmptyRoot, Leaves[0]));

    [Fact]
    public async Task Every_changed_byte_of_a_tile_is_refused()
    {
        const int Size = 300;
        const int Index = 10;
        var (edge, tiles) = Trees.Append(Leaves.Take(Size));
        for (var position = 0; position < Tile.Width * MerkleHash.Length; position++)
        {
            var tree = new TileTree(Size, async (path, ct) =>
            {
                var bytes = (await tiles.Read(path, ct)).ToArray();
                if (path is { Level: 0, Index: 0 })
                {
                    bytes[position] ^= 1;
                }

                return bytes;
            });
            var proof = await tree.InclusionProof(Index, default);
            var ownHash = position / MerkleHash.Length == Index;
            Assert.Equal(ownHash, MerkleProof.VerifyInclusion(Index, Size, Leaves[Index], proof, edge.Root()));
            Assert.Equal(!ownHash, await tree.Leaf(Index, default) == Leaves[Index]);
        }
    }

    private static IEnumerable<IReadOnlyList<MerkleHash>> Mutations(IReadOnlyList<MerkleHash> proof)
    {
        for (var at = 0; at < proof.Count; at++)
        {
            for (var position = 0; position < MerkleHash.Length; position++)
            {
                var bytes = proof[at].ToArray();
                bytes[position] ^= 0x40;
                yield return [.. proof.Take(at), new MerkleHash(bytes), .. proof.Skip(at + 1)];
            }

            yield return [.. proof.Take(at), .. proof.Skip(at + 1)];
        }

        yield return [.. proof, MerkleHash.EmptyRoot];
        if (proof.Count > 1 && proof[0] != proof[1])
        {
            yield return [proof[1], proof[0], .. proof.Skip(2)];
        }
    }
}
