namespace Sovereignty.TransparencyLog;

/// <summary>A signature line of a note.</summary>
/// <param name="KeyName">The name of the key.</param>
/// <param name="KeyId">The id of the key: four bytes as a big-endian number.</param>
/// <param name="Signature">The signature, without the key id.</param>
public sealed record NoteSignature(string KeyName, uint KeyId, byte[] Signature);
