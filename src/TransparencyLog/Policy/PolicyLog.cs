namespace Sovereignty.TransparencyLog.Policy;

/// <summary>A log of a policy.</summary>
/// <param name="Key">Its key, named as the origin of its checkpoints.</param>
/// <param name="Url">Where it is; null where the policy does not say.</param>
public sealed record PolicyLog(NoteVerifier Key, string? Url = null);
