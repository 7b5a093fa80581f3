namespace Sovereignty.Contracts.Audit;

/// <summary>
/// An alarm: a witness refused a checkpoint that the log signed, because it does not continue what the witness cosigned
/// before. Entries were changed or are missing, or the log was rolled back to an old copy.
/// </summary>
public sealed record CheckpointRefused : IEvent
{
    /// <inheritdoc/>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <inheritdoc/>
    public required string? TenantId { get; init; }

    /// <inheritdoc/>
    public required Actor Actor { get; init; }

    /// <summary>The origin of the log.</summary>
    public required string Log { get; init; }

    /// <summary>The witness, as the name in its key.</summary>
    public required string Witness { get; init; }

    /// <summary>The jurisdiction that the policy counts the witness to.</summary>
    public required string Jurisdiction { get; init; }

    /// <summary>Entries that the refused checkpoint is over.</summary>
    public required long OfferedSize { get; init; }

    /// <summary>The root of the refused checkpoint, in base64.</summary>
    public required string OfferedRoot { get; init; }

    /// <summary>Entries that the checkpoint which the witness cosigned last is over.</summary>
    public required long HeldSize { get; init; }

    /// <summary>What the witness answered: 422 for a checkpoint that contradicts, 409 for one that ends before what the witness holds.</summary>
    public required int Status { get; init; }
}
