namespace Sovereignty.TransparencyLog.Policy;

/// <summary>What a policy says of a signed checkpoint.</summary>
public sealed record PolicyVerdict
{
    /// <summary>The checkpoint; null where the note is none.</summary>
    public Checkpoint? Checkpoint { get; init; }

    /// <summary>The log that signed; null where none of the policy did.</summary>
    public PolicyLog? Log { get; init; }

    /// <summary>The witnesses that cosigned, and when; by the order of the policy.</summary>
    public IReadOnlyList<WitnessCosignature> Cosigned { get; init; } = [];

    /// <summary>Whether they are as many as the policy asks for.</summary>
    public bool QuorumMet { get; init; }

    /// <summary>Why the checkpoint is refused, in a sentence; null where it is accepted.</summary>
    public string? Problem { get; init; }

    /// <summary>Whether the checkpoint is accepted.</summary>
    public bool IsSatisfied => Problem is null;
}

/// <summary>A witness that cosigned.</summary>
/// <param name="Witness">The witness.</param>
/// <param name="Time">When, by its own account, in seconds since 1970; the latest where it cosigned more than once.</param>
public sealed record WitnessCosignature(PolicyWitness Witness, long Time);
