using System.Buffers.Binary;

namespace Sovereignty.TransparencyLog;

/// <summary>A signature line of a note.</summary>
/// <param name="KeyName">The name of the key.</param>
/// <param name="KeyId">The id of the key: four bytes as a big-endian number.</param>
/// <param name="Signature">The signature, without the key id.</param>
public sealed record NoteSignature(string KeyName, uint KeyId, byte[] Signature)
{
    internal const string LineStart = "— ";

    /// <summary>The line as it stands in a note.</summary>
    /// <returns>The line with its newline.</returns>
    public string ToLine()
    {
        var blob = new byte[sizeof(uint) + Signature.Length];
        BinaryPrimitives.WriteUInt32BigEndian(blob, KeyId);
        Signature.CopyTo(blob, sizeof(uint));
        return $"{LineStart}{KeyName} {Convert.ToBase64String(blob)}\n";
    }
}
