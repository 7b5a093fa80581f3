using System.Text.Json.Serialization;
using Sovereignty.Contracts.Access;
using Sovereignty.Contracts.Data;

namespace Sovereignty.AccessService.Rules;

/// <summary>A version of an approval rule.</summary>
internal sealed record RuleView
{
    public required Guid Id { get; init; }

    public required int Version { get; init; }

    public string? TenantId { get; init; }

    public ClassificationLevel? Classification { get; init; }

    public string? SourceJurisdiction { get; init; }

    public string? Destination { get; init; }

    public string? Purpose { get; init; }

    public required bool Automatic { get; init; }

    public required IReadOnlyList<ApprovalStage> Stages { get; init; }

    public string? LongestDuration { get; init; }

    public AccessBudget? Budget { get; init; }

    public string? RemindAfter { get; init; }

    public string? EscalateAfter { get; init; }

    /// <summary>Whether it applies to nothing any more.</summary>
    public required bool Retired { get; init; }

    public required DateTimeOffset RecordedAt { get; init; }

    public required string RecordedBy { get; init; }

    /// <summary>After a change: where nobody could decide by it, as the directory stands.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Undecidable>? NobodyIn { get; init; }

    public static RuleView Of(RuleRow row) => new()
    {
        Id = row.Rule.Id,
        Version = row.Rule.Version,
        TenantId = row.Rule.TenantId,
        Classification = row.Rule.Classification,
        SourceJurisdiction = row.Rule.SourceJurisdiction,
        Destination = row.Rule.Destination,
        Purpose = row.Rule.Purpose,
        Automatic = row.Rule.Automatic,
        Stages = row.Rule.Stages,
        LongestDuration = row.Rule.LongestDuration,
        Budget = row.Rule.Budget,
        RemindAfter = row.Rule.RemindAfter,
        EscalateAfter = row.Rule.EscalateAfter,
        Retired = row.Retired,
        RecordedAt = row.RecordedAt,
        RecordedBy = row.RecordedBy.Subject,
    };
}
