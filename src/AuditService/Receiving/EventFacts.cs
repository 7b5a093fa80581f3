namespace Sovereignty.AuditService.Receiving;

/// <summary>What the log needs to know of a message, read from it without trusting it.</summary>
internal sealed record EventFacts
{
    /// <summary>Null for a malformed message that has none to be trusted.</summary>
    public string? MessageId { get; init; }

    public required string Type { get; init; }

    public string? Malformed { get; init; }

    public string? Tenant { get; init; }

    public DateTimeOffset? OccurredAt { get; init; }

    public string? ActorIssuer { get; init; }

    public string? ActorSubject { get; init; }

    /// <summary>What it is found by; null for a malformed message, and where it was not asked for.</summary>
    public SearchFacts? Search { get; init; }
}
