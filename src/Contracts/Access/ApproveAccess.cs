namespace Sovereignty.Contracts.Access;

/// <summary>
/// Command to AccessService, over the broker: an approver says yes to a request. Published to its own exchange with a
/// message id; who decides is told by the proof alone. The answer is an event: what was decided, or
/// <see cref="AccessCommandRefused"/> with the message id of this command.
/// </summary>
public sealed record ApproveAccess
{
    /// <summary>The request.</summary>
    public required Guid RequestId { get; init; }

    /// <summary>The approver's reason; 1 to 1,000 characters.</summary>
    public required string Reason { get; init; }

    /// <summary>A shorter duration than asked for, ISO 8601; null for the one asked for.</summary>
    public string? Duration { get; init; }

    /// <summary>
    /// The decision proof: a JWT that the gateway gave the approver for this request and this decision
    /// (<c>POST /access/decision-proof</c>). Valid five minutes, for one command.
    /// </summary>
    public required string Proof { get; init; }
}
