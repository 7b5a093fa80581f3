using System.Text.Json.Serialization;
using Sovereignty.Contracts.Regions;
using Sovereignty.Contracts.Residency;
using Sovereignty.Evaluation.Publishing;

namespace Sovereignty.Evaluation.Simulation;

/// <summary>What to change for a what-if, on top of what is in force.</summary>
public sealed record Overlay
{
    public IReadOnlyList<PolicyRequest> Publish { get; init; } = [];

    /// <summary>Ids of policies.</summary>
    public IReadOnlyList<Guid> Retire { get; init; } = [];

    /// <summary>Each takes the place of the fact with its id.</summary>
    public IReadOnlyList<LegalFact> Facts { get; init; } = [];

    /// <summary>Ids of facts.</summary>
    public IReadOnlyList<string> RemoveFacts { get; init; } = [];

    public IReadOnlyList<RegionOverlay> Regions { get; init; } = [];
}

/// <summary>A region in another state than it is.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record RegionOverlay
{
    public required string? Code { get; init; }

    public required RegionState? State { get; init; }
}
