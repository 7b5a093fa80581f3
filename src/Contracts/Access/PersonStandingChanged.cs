namespace Sovereignty.Contracts.Access;

/// <summary>What a person may do changed, or will at a named moment. What depends on it is looked at again.</summary>
public sealed record PersonStandingChanged : IEvent
{
    /// <inheritdoc/>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <inheritdoc/>
    public required string? TenantId { get; init; }

    /// <inheritdoc/>
    public required Actor Actor { get; init; }

    /// <summary>The person, as the <c>sub</c> of the token.</summary>
    public required string Subject { get; init; }

    /// <summary>Rises by one with each change of this person, from 1.</summary>
    public required int Version { get; init; }

    /// <summary>The person's roles from then on.</summary>
    public required IReadOnlyList<string> Roles { get; init; }

    /// <summary>Countries for whose data the person may decide from then on, ISO 3166-1 alpha-2.</summary>
    public required IReadOnlyList<string> Jurisdictions { get; init; }

    /// <summary>Whether the person may do anything at all from then on.</summary>
    public required bool Active { get; init; }

    /// <summary>From when on, in UTC.</summary>
    public required DateTimeOffset ValidFrom { get; init; }
}
