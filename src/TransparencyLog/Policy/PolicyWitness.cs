namespace Sovereignty.TransparencyLog.Policy;

/// <summary>A witness of a policy.</summary>
/// <param name="Name">Its name within the policy.</param>
/// <param name="Key">Its key, of type <see cref="NoteKeyType.Cosignature"/>.</param>
/// <param name="Url">Where it takes checkpoints; null where the policy does not say.</param>
public sealed record PolicyWitness(string Name, NoteVerifier Key, string? Url = null);
