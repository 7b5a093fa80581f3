using System.Text.Json.Serialization;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Residency;
using Sovereignty.Evaluation;
using Sovereignty.Evaluation.Publishing;
using Sovereignty.Evaluation.Simulation;

namespace Sovereignty.PolicyService.Simulate;

/// <summary>A moment and changes to suppose on top of what is in force; each may be left out.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record SimulationRequest
{
    public DateTimeOffset? At { get; init; }

    public ScenarioRequest? Scenario { get; init; }

    public PoliciesRequest? Policies { get; init; }

    /// <summary>Legal facts; each takes the place of the one with its id.</summary>
    public IReadOnlyList<LegalFact>? Facts { get; init; }

    /// <summary>Ids of legal facts.</summary>
    public IReadOnlyList<string>? RemoveFacts { get; init; }

    public IReadOnlyList<RegionOverlay>? Regions { get; init; }

    /// <summary>Reads the overlay, the scenario's changes included.</summary>
    public (Overlay? Overlay, PolicyFault? Fault) Read(PolicySnapshot current)
    {
        var overlay = new Overlay
        {
            Publish = Policies?.Publish ?? [],
            Retire = Policies?.Retire ?? [],
            Facts = Facts ?? [],
            RemoveFacts = RemoveFacts ?? [],
            Regions = Regions ?? [],
        };
        if (Scenario is null)
        {
            return (overlay, null);
        }

        if (Scenarios.Find(Scenario.Name) is not { } scenario)
        {
            return (null, Invalid("scenario.name", $"is not known; give one of {string.Join(", ", Scenarios.All.Select(known => known.Name))}"));
        }

        return scenario.NeedsRegion == Scenario.Region is null
            ? (null, Invalid("scenario.region", scenario.NeedsRegion ? "is missing; name the region" : "does not belong to this scenario; leave it out"))
            : (Scenarios.AddTo(overlay, scenario, Scenario.Region, current), null);
    }

    private static PolicyFault Invalid(string field, string fault) => new(ReasonCodes.InputInvalid, field, $"{field} {fault}.");
}

/// <summary>A ready scenario.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ScenarioRequest
{
    public required string? Name { get; init; }

    /// <summary>region-lost: the region's code.</summary>
    public string? Region { get; init; }
}

/// <summary>Policies to suppose.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record PoliciesRequest
{
    /// <summary>Each is the next version of the policy in force for its tenant and data type.</summary>
    public IReadOnlyList<PolicyRequest>? Publish { get; init; }

    /// <summary>Ids of policies.</summary>
    public IReadOnlyList<Guid>? Retire { get; init; }
}
