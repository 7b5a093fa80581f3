namespace Sovereignty.TransparencyLog;

/// <summary>What a key signs and how; the numbers are those of C2SP signed-note and part of the key's id.</summary>
public enum NoteKeyType
{
    /// <summary>Ed25519 over the note's text.</summary>
    Ed25519 = 0x01,

    /// <summary>A witness's cosignature/v1: a time, and Ed25519 over the time and the checkpoint's text (C2SP tlog-cosignature).</summary>
    Cosignature = 0x04,
}
