using System.Numerics;

namespace Sovereignty.TransparencyLog;

/// <summary>Checks of inclusion and consistency proofs (RFC 9162, 2.1.3.2 and 2.1.4.2).</summary>
public static class MerkleProof
{
    /// <summary>Whether a leaf is at an index of the tree with a root.</summary>
    /// <param name="index">The leaf's index.</param>
    /// <param name="size">Leaves of the tree.</param>
    /// <param name="leaf">The leaf's hash.</param>
    /// <param name="proof">The inclusion proof, from the leaf upwards.</param>
    /// <param name="root">The tree's root.</param>
    /// <returns>True only where the proof proves it.</returns>
    public static bool VerifyInclusion(long index, long size, MerkleHash leaf, IReadOnlyList<MerkleHash> proof, MerkleHash root)
    {
        if (index < 0 || index >= size)
        {
            return false;
        }

        var node = index;
        var last = size - 1;
        var hash = leaf;
        foreach (var sibling in proof)
        {
            if (last == 0)
            {
                return false;
            }

            if ((node & 1) != 0 || node == last)
            {
                hash = MerkleHash.Node(sibling, hash);
                while ((node & 1) == 0 && node != 0)
                {
                    node >>= 1;
                    last >>= 1;
                }
            }
            else
            {
                hash = MerkleHash.Node(hash, sibling);
            }

            node >>= 1;
            last >>= 1;
        }

        return last == 0 && hash == root;
    }

    /// <summary>Whether a tree is the beginning of a later one.</summary>
    /// <param name="oldSize">Leaves of the earlier tree, at least 1: that the empty tree begins every other needs no proof, and none is taken.</param>
    /// <param name="newSize">Leaves of the later tree.</param>
    /// <param name="proof">The consistency proof.</param>
    /// <param name="oldRoot">Root of the earlier tree.</param>
    /// <param name="newRoot">Root of the later tree.</param>
    /// <returns>True only where the proof proves it.</returns>
    public static bool VerifyConsistency(long oldSize, long newSize, IReadOnlyList<MerkleHash> proof, MerkleHash oldRoot, MerkleHash newRoot)
    {
        if (oldSize <= 0 || oldSize > newSize)
        {
            return false;
        }

        if (oldSize == newSize)
        {
            return proof.Count == 0 && oldRoot == newRoot;
        }

        var next = 0;
        MerkleHash first;
        if (BitOperations.IsPow2(oldSize))
        {
            first = oldRoot;
        }
        else if (proof.Count > 0)
        {
            first = proof[next++];
        }
        else
        {
            return false;
        }

        var node = oldSize - 1;
        var last = newSize - 1;
        while ((node & 1) != 0)
        {
            node >>= 1;
            last >>= 1;
        }

        var oldHash = first;
        var newHash = first;
        for (; next < proof.Count; next++)
        {
            if (last == 0)
            {
                return false;
            }

            if ((node & 1) != 0 || node == last)
            {
                oldHash = MerkleHash.Node(proof[next], oldHash);
                newHash = MerkleHash.Node(proof[next], newHash);
                while ((node & 1) == 0 && node != 0)
                {
                    node >>= 1;
                    last >>= 1;
                }
            }
            else
            {
                newHash = MerkleHash.Node(newHash, proof[next]);
            }

            node >>= 1;
            last >>= 1;
        }

        return last == 0 && oldHash == oldRoot && newHash == newRoot;
    }
}
