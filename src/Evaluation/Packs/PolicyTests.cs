using System.Text.Json.Serialization;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Regions;
using Sovereignty.Contracts.Residency;
using Sovereignty.Evaluation.Publishing;

namespace Sovereignty.Evaluation.Packs;

/// <summary>Golden cases of a policy file: placements and the decisions that must come of them.</summary>
public sealed record PolicyTests
{
    /// <summary>The address of this schema, for editors.</summary>
    [JsonPropertyName("$schema")]
    public string? Schema { get; init; }

    /// <summary>When the cases are judged, unless a case says otherwise; left out for now.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>What every case has besides the policy file, the shipped facts and rules and the providers' regions.</summary>
    public Surroundings? With { get; init; }

    /// <summary>The cases; at least one.</summary>
    public required IReadOnlyList<PolicyCase> Cases { get; init; }
}

/// <summary>A placement and the decision that must come of it.</summary>
public sealed record PolicyCase
{
    /// <summary>What it shows, as a sentence; no other case of the file has it.</summary>
    public required string Name { get; init; }

    /// <summary>The source of the expectation, for example <c>GDPR Art. 45</c>.</summary>
    public required string Cites { get; init; }

    /// <summary>When it is judged; left out for the moment of the file.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>What this case has besides.</summary>
    public Surroundings? With { get; init; }

    /// <summary>The placement, as <c>POST /residency/evaluate</c> takes it.</summary>
    public required PlacementInput Placement { get; init; }

    /// <summary>What must come of it.</summary>
    public required Expectation Expect { get; init; }
}

/// <summary>Policies, facts and regions that a case adds. They take the place of those with the same level, id or code.</summary>
public sealed record Surroundings
{
    /// <summary>Policies.</summary>
    public IReadOnlyList<PolicyRequest> Policies { get; init; } = [];

    /// <summary>Legal facts.</summary>
    public IReadOnlyList<LegalFact> Facts { get; init; } = [];

    /// <summary>Regions that no provider's catalogue has, or that stand otherwise than active.</summary>
    public IReadOnlyList<CaseRegion> Regions { get; init; } = [];
}

/// <summary>A region in a case.</summary>
public sealed record CaseRegion
{
    /// <summary>The region's code.</summary>
    public required string Code { get; init; }

    /// <summary>Where it is, ISO 3166-1 alpha-2.</summary>
    public required string Country { get; init; }

    /// <summary>Who runs it.</summary>
    public string Operator { get; init; } = "own";

    /// <summary>The countries whose law binds the operator; left out for the region's own.</summary>
    public IReadOnlyList<string>? OperatorJurisdictions { get; init; }

    /// <summary>Where it stands in its life.</summary>
    public RegionState State { get; init; } = RegionState.Active;

    public Region ToRegion() => new()
    {
        Code = Code,
        Provider = "own",
        Partition = "own",
        Country = Country,
        Operator = Operator,
        OperatorJurisdictions = OperatorJurisdictions ?? [Country],
        State = State,
        Version = 1,
    };
}

/// <summary>What a decision must be. What is left out may be anything.</summary>
public sealed record Expectation
{
    /// <summary>The answer.</summary>
    public required DecisionOutcome Outcome { get; init; }

    /// <summary>One of <see cref="ReasonCodes"/>.</summary>
    public required string Code { get; init; }

    /// <summary>The policy that decides, by its tenant and data type.</summary>
    public PolicyLevel? Policy { get; init; }

    /// <summary>The ids of exactly the facts that are cited, in any order.</summary>
    public IReadOnlyList<string>? Citations { get; init; }

    /// <summary>The regions that are offered instead, nearest first.</summary>
    public IReadOnlyList<string>? NearestCompliantRegions { get; init; }

    /// <summary>The regions that may hold a replica, by code.</summary>
    public IReadOnlyList<string>? AllowedReplicaRegions { get; init; }

    /// <summary>The regions that the primary may fail over to, by code; empty for none, so that it holds.</summary>
    public IReadOnlyList<string>? FailoverRegions { get; init; }

    /// <summary>A piece of the sentence that explains the decision.</summary>
    public string? Says { get; init; }
}

/// <summary>What a policy is for: a tenant, a data type, both, or everything.</summary>
public sealed record PolicyLevel
{
    /// <summary>The tenant; left out for the platform's own.</summary>
    public string? TenantId { get; init; }

    /// <summary>The data type; left out for all.</summary>
    public string? DataType { get; init; }
}
