using Sovereignty.Contracts.Data;

namespace Sovereignty.Contracts.Access;

/// <summary>
/// Who approves which requests. What is left out of the scope matches everything. Of several rules that match, the one that
/// names the tenant wins, then the purpose, the classification, the source, the destination.
/// </summary>
public sealed record ApprovalRule
{
    /// <summary>The rule.</summary>
    public required Guid Id { get; init; }

    /// <summary>Rises by one with each change, from 1. A request names the version it was routed by.</summary>
    public required int Version { get; init; }

    /// <summary>Scope: the tenant.</summary>
    public string? TenantId { get; init; }

    /// <summary>Scope: the data's level.</summary>
    public ClassificationLevel? Classification { get; init; }

    /// <summary>Scope: country of the source region, ISO 3166-1 alpha-2.</summary>
    public string? SourceJurisdiction { get; init; }

    /// <summary>Scope: country from which the data will be seen, ISO 3166-1 alpha-2.</summary>
    public string? Destination { get; init; }

    /// <summary>Scope: the purpose, a code in kebab-case.</summary>
    public string? Purpose { get; init; }

    /// <summary>Whether nobody is asked where the classification itself does not restrict. It never replaces people where it does.</summary>
    public required bool Automatic { get; init; }

    /// <summary>Who decides, stage after stage; none means nobody can.</summary>
    public required IReadOnlyList<ApprovalStage> Stages { get; init; }

    /// <summary>No grant lasts longer; ISO 8601. Null for no limit beside that of the classification.</summary>
    public string? LongestDuration { get; init; }

    /// <summary>No grant allows more in all; null for no limit.</summary>
    public AccessBudget? Budget { get; init; }

    /// <summary>Waited for so long, approvers are reminded; ISO 8601. Null for one day.</summary>
    public string? RemindAfter { get; init; }

    /// <summary>Waited for so long, compliance officers are told; ISO 8601. Null for three days.</summary>
    public string? EscalateAfter { get; init; }
}

/// <summary>
/// One stage of an approval. Who decides is active, belongs to the jurisdiction of the data, is not the requester, has not
/// decided on the request before, and holds one of the roles or is named. Both lists empty means nobody.
/// </summary>
public sealed record ApprovalStage
{
    /// <summary>What the stage is called, for people; 1 to 100 characters.</summary>
    public required string Name { get; init; }

    /// <summary>Roles of which the person holds one: <c>approver</c>, <c>dpo</c> or <c>legal</c>.</summary>
    public IReadOnlyList<string> Roles { get; init; } = [];

    /// <summary>People who may decide, as the <c>sub</c> of their token.</summary>
    public IReadOnlyList<string> People { get; init; } = [];

    /// <summary>How many different people must approve, from 1.</summary>
    public required int Quorum { get; init; }
}

/// <summary>How much may be used under a grant in all. What is null is not limited.</summary>
public sealed record AccessBudget
{
    /// <summary>How many uses.</summary>
    public long? Uses { get; init; }

    /// <summary>How many records.</summary>
    public long? Records { get; init; }

    /// <summary>How many bytes.</summary>
    public long? Bytes { get; init; }

    /// <summary>How many data subjects, each use counted anew.</summary>
    public long? Subjects { get; init; }
}
