using System.Numerics;
using System.Text;
using Sovereignty.TransparencyLog;

namespace Sovereignty.Witness.Tests;

/// <summary>The tree of a log that the tests write, by the definition of RFC 6962 alone.</summary>
internal sealed class TestTree(string story, int size)
{
    private readonly MerkleHash[] _leaves = [.. Enumerable.Range(0, size).Select(index => MerkleHash.Leaf(Encoding.UTF8.GetBytes($"{story} {index}")))];

    public MerkleHash Root(int upTo) => upTo == 0 ? MerkleHash.EmptyRoot : Root(0, upTo);

    public IReadOnlyList<MerkleHash> Proof(int from, int to) => from == 0 ? [] : Proof(from, 0, to, whole: true);

    private MerkleHash Root(int start, int count) =>
        count == 1 ? _leaves[start] : MerkleHash.Node(Root(start, Left(count)), Root(start + Left(count), count - Left(count)));

    private List<MerkleHash> Proof(int old, int start, int count, bool whole)
    {
        if (old == count)
        {
            return whole ? [] : [Root(start, count)];
        }

        var left = Left(count);
        return old <= left
            ? [.. Proof(old, start, left, whole), Root(start + left, count - left)]
            : [.. Proof(old - left, start + left, count - left, whole: false), Root(start, left)];
    }

    private static int Left(int count) => 1 << (31 - BitOperations.LeadingZeroCount((uint)(count - 1)));
}
