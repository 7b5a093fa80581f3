namespace Sovereignty.TransparencyLog;

/// <summary>A signature line of a note that was checked.</summary>
/// <param name="Key">The key that signed.</param>
/// <param name="Time">When, by the witness's account, in seconds since 1970; null for a signature that carries no time.</param>
public sealed record VerifiedSignature(NoteVerifier Key, long? Time);
