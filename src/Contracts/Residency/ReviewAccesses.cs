namespace Sovereignty.Contracts.Residency;

/// <summary>
/// Command to PolicyService (queue <c>policy.access-reviews</c>): what do policies and law say by now to accesses that
/// wait or were granted? The answer is <see cref="AccessesReviewed"/>, sent to the queue that this names. It stores nothing,
/// so it may be sent again.
/// </summary>
public sealed record ReviewAccesses
{
    /// <summary>Names the review; the answer repeats it.</summary>
    public required Guid ReviewId { get; init; }

    /// <summary>What is asked of each; at most 500.</summary>
    public required IReadOnlyList<ValidateAccess> Accesses { get; init; }
}

/// <summary>PolicyService's answer to <see cref="ReviewAccesses"/> (queue <c>access.reviewed</c>). No event: what changes because of it is one.</summary>
public sealed record AccessesReviewed
{
    /// <summary>The review.</summary>
    public required Guid ReviewId { get; init; }

    /// <summary>The policy epoch that answered.</summary>
    public required long Epoch { get; init; }

    /// <summary>An answer for each question, in their order.</summary>
    public required IReadOnlyList<AccessValidated> Answers { get; init; }
}
