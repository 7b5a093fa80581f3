namespace Sovereignty.Contracts.Access;

/// <summary>A person asks to see data from another region. The actor is the requester.</summary>
public sealed record AccessRequested : IAccessEvent
{
    /// <inheritdoc/>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <inheritdoc/>
    public required string? TenantId { get; init; }

    /// <inheritdoc/>
    public required Actor Actor { get; init; }

    /// <inheritdoc/>
    public required Guid RequestId { get; init; }

    /// <inheritdoc/>
    public required int Version { get; init; }

    /// <inheritdoc/>
    public required string DataId { get; init; }

    /// <inheritdoc/>
    public required string SourceRegion { get; init; }

    /// <inheritdoc/>
    public required string TargetRegion { get; init; }

    /// <summary>What the data is needed for, a code in kebab-case, for example <c>customer-support</c>.</summary>
    public required string Purpose { get; init; }

    /// <summary>What is to be done with it, codes in kebab-case, for example <c>read</c>.</summary>
    public required IReadOnlyList<string> Actions { get; init; }

    /// <summary>The business reason, in the requester's words.</summary>
    public required string Justification { get; init; }

    /// <summary>Country from which the data will be seen, ISO 3166-1 alpha-2.</summary>
    public required string TargetCountry { get; init; }

    /// <summary>When the access should begin; null for as soon as it is approved.</summary>
    public DateTimeOffset? Start { get; init; }

    /// <summary>How long the access should last, ISO 8601, for example <c>PT8H</c>.</summary>
    public required string Duration { get; init; }

    /// <summary>The legal instrument the transfer rests on; null where none is needed.</summary>
    public TransferMechanism? Mechanism { get; init; }

    /// <summary>How much is to be used in all; null for no limit of the requester's own.</summary>
    public AccessBudget? Budget { get; init; }

    /// <summary>The request whose grant this would go on from; null for one that stands alone.</summary>
    public Guid? Extends { get; init; }
}
