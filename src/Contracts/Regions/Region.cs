namespace Sovereignty.Contracts.Regions;

/// <summary>A region as a jurisdiction: where it is, who runs it, whose law binds them.</summary>
public sealed record Region
{
    /// <summary>The provider's code, for example <c>eu-central-1</c>; also the region's id.</summary>
    public required string Code { get; init; }

    /// <summary>For example <c>aws</c>.</summary>
    public required string Provider { get; init; }

    /// <summary>The provider's partition: <c>aws</c>, <c>aws-cn</c>, <c>aws-us-gov</c>, <c>aws-eusc</c>.</summary>
    public required string Partition { get; init; }

    /// <summary>Country of the place, ISO 3166-1 alpha-2.</summary>
    public required string Country { get; init; }

    /// <summary>The place, for people.</summary>
    public string? Place { get; init; }

    /// <summary>Who runs it.</summary>
    public required string Operator { get; init; }

    /// <summary>Countries whose law binds the operator, ISO 3166-1 alpha-2.</summary>
    public required IReadOnlyList<string> OperatorJurisdictions { get; init; }

    /// <summary>Addresses to probe for health.</summary>
    public IReadOnlyList<Uri> Endpoints { get; init; } = [];

    /// <summary>Where it stands in its life.</summary>
    public required RegionState State { get; init; }

    /// <summary>Rises by one with each change, from 1.</summary>
    public required int Version { get; init; }
}

/// <summary>The life of a region. Only an active region takes new data.</summary>
public enum RegionState
{
    /// <summary>Registered, nothing built.</summary>
    Proposed,

    /// <summary>Being built.</summary>
    Provisioning,

    /// <summary>Being checked.</summary>
    Validating,

    /// <summary>Takes data.</summary>
    Active,

    /// <summary>Takes no new data, being emptied.</summary>
    Draining,

    /// <summary>Stopped for a time.</summary>
    Suspended,

    /// <summary>Cut off for a breach of security.</summary>
    Isolated,

    /// <summary>Empty and closed; its history stays.</summary>
    Retired,
}
