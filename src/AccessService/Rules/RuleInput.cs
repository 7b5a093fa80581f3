using System.Text.Json.Serialization;
using Sovereignty.Contracts.Access;
using Sovereignty.Contracts.Data;

namespace Sovereignty.AccessService.Rules;

/// <summary>An approval rule as it is sent: without id and version.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RuleInput
{
    /// <summary>Scope: the tenant; left out for all.</summary>
    public string? TenantId { get; init; }

    /// <summary>Scope: the data's level; left out for all.</summary>
    public ClassificationLevel? Classification { get; init; }

    /// <summary>Scope: country of the source region, ISO 3166-1 alpha-2; left out for all.</summary>
    public string? SourceJurisdiction { get; init; }

    /// <summary>Scope: country from which the data will be seen, ISO 3166-1 alpha-2; left out for all.</summary>
    public string? Destination { get; init; }

    /// <summary>Scope: the purpose, a code in kebab-case; left out for all.</summary>
    public string? Purpose { get; init; }

    /// <summary>Whether nobody is asked where the classification itself does not restrict.</summary>
    public bool Automatic { get; init; }

    /// <summary>Who decides, stage after stage.</summary>
    public IReadOnlyList<ApprovalStage> Stages { get; init; } = [];

    /// <summary>No grant lasts longer; ISO 8601.</summary>
    public string? LongestDuration { get; init; }

    /// <summary>No grant allows more in all.</summary>
    public AccessBudget? Budget { get; init; }

    /// <summary>Waited for so long, approvers are reminded; ISO 8601. One day where left out.</summary>
    public string? RemindAfter { get; init; }

    /// <summary>Waited for so long, compliance officers are told; ISO 8601. Three days where left out.</summary>
    public string? EscalateAfter { get; init; }

    public ApprovalRule ToRule(Guid id, int version) => new()
    {
        Id = id,
        Version = version,
        TenantId = TenantId,
        Classification = Classification,
        SourceJurisdiction = SourceJurisdiction,
        Destination = Destination,
        Purpose = Purpose,
        Automatic = Automatic,
        Stages = Stages,
        LongestDuration = LongestDuration,
        Budget = Budget,
        RemindAfter = RemindAfter,
        EscalateAfter = EscalateAfter,
    };
}
