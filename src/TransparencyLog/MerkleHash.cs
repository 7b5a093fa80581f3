using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Sovereignty.TransparencyLog;

/// <summary>A hash of the tree of RFC 6962: 32 bytes of SHA-256, by value.</summary>
[StructLayout(LayoutKind.Sequential, Size = Length)]
public readonly struct MerkleHash : IEquatable<MerkleHash>
{
    /// <summary>Bytes in a hash.</summary>
    public const int Length = 32;

    private readonly ulong _first;
    private readonly ulong _second;
    private readonly ulong _third;
    private readonly ulong _fourth;

    /// <summary>Takes a hash as it is.</summary>
    /// <param name="bytes">Exactly 32 bytes.</param>
    public MerkleHash(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length)
        {
            throw new ArgumentException("A hash has 32 bytes.", nameof(bytes));
        }

        this = MemoryMarshal.Read<MerkleHash>(bytes);
    }

    /// <summary>The root of a tree without leaves: SHA-256 of nothing.</summary>
    public static MerkleHash EmptyRoot { get; } = new(SHA256.HashData([]));

    /// <summary>The hash of a leaf: SHA-256 of 0x00 and the entry.</summary>
    /// <param name="entry">The entry's exact bytes.</param>
    /// <returns>The leaf's hash.</returns>
    public static MerkleHash Leaf(ReadOnlySpan<byte> entry)
    {
        var rented = entry.Length < 1024 ? null : new byte[entry.Length + 1];
        var input = rented ?? stackalloc byte[entry.Length + 1];
        input[0] = 0x00;
        entry.CopyTo(input[1..]);
        return Sha256(input);
    }

    /// <summary>The hash of an inner node: SHA-256 of 0x01 and its two children.</summary>
    /// <param name="left">The left child.</param>
    /// <param name="right">The right child.</param>
    /// <returns>The node's hash.</returns>
    public static MerkleHash Node(in MerkleHash left, in MerkleHash right)
    {
        Span<byte> input = stackalloc byte[1 + (2 * Length)];
        input[0] = 0x01;
        left.Bytes.CopyTo(input[1..]);
        right.Bytes.CopyTo(input[(1 + Length)..]);
        return Sha256(input);
    }

    /// <summary>The 32 bytes.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> Bytes => MemoryMarshal.AsBytes(new ReadOnlySpan<MerkleHash>(in this));

    /// <summary>The 32 bytes, copied.</summary>
    /// <returns>A new array.</returns>
    public byte[] ToArray() => Bytes.ToArray();

    /// <summary>The hash in base64, as checkpoints and proofs write it.</summary>
    /// <returns>44 characters.</returns>
    public string ToBase64() => Convert.ToBase64String(Bytes);

    /// <summary>The hash in lower-case hexadecimal.</summary>
    /// <returns>64 characters.</returns>
    public override string ToString() => Convert.ToHexStringLower(Bytes);

    /// <inheritdoc/>
    public bool Equals(MerkleHash other) =>
        _first == other._first && _second == other._second && _third == other._third && _fourth == other._fourth;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is MerkleHash other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _first.GetHashCode();

    /// <summary>Equal bytes.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(MerkleHash left, MerkleHash right) => left.Equals(right);

    /// <summary>Different bytes.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(MerkleHash left, MerkleHash right) => !left.Equals(right);

    private static MerkleHash Sha256(ReadOnlySpan<byte> input)
    {
        Span<byte> output = stackalloc byte[Length];
        SHA256.HashData(input, output);
        return MemoryMarshal.Read<MerkleHash>(output);
    }
}
