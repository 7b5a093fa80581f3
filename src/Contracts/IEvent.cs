namespace Sovereignty.Contracts;

/// <summary>
/// Something that happened. Every event reaches the audit log, because the broker binds the exchange of each event type
/// to the exchange of this interface.
/// </summary>
public interface IEvent
{
    /// <summary>When it happened, in UTC, by the clock of the service that says so.</summary>
    DateTimeOffset OccurredAt { get; }

    /// <summary>The tenant it concerns; null for what belongs to the platform as a whole.</summary>
    string? TenantId { get; }

    /// <summary>Who caused it.</summary>
    Actor Actor { get; }
}
