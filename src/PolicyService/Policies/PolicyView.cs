using System.Text.Json.Serialization;
using Sovereignty.Contracts.Residency;
using Sovereignty.Evaluation.Publishing;

namespace Sovereignty.PolicyService.Policies;

/// <summary>A published version of a residency policy.</summary>
internal sealed record PolicyView
{
    public required Guid Id { get; init; }

    public required int Version { get; init; }

    public string? TenantId { get; init; }

    public string? DataType { get; init; }

    public required ResidencyMode Mode { get; init; }

    public required ResidencyParameters Parameters { get; init; }

    public required IReadOnlyList<DeclaredMechanism> Mechanisms { get; init; }

    public required DateTimeOffset ValidFrom { get; init; }

    public DateTimeOffset? ValidTo { get; init; }

    public required DateTimeOffset PublishedAt { get; init; }

    public required string PublishedBy { get; init; }

    public DateTimeOffset? RetiredAt { get; init; }

    /// <summary>After publishing: what it opens and closes, and what somebody should look at.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<PublishingFinding>? Findings { get; init; }

    public static PolicyView Of(PolicyRow row) => new()
    {
        Id = row.Policy.Id,
        Version = row.Policy.Version,
        TenantId = row.Policy.TenantId,
        DataType = row.Policy.DataType,
        Mode = row.Policy.Mode,
        Parameters = row.Policy.Parameters,
        Mechanisms = row.Policy.Mechanisms,
        ValidFrom = row.Policy.ValidFrom,
        ValidTo = row.Policy.ValidTo,
        PublishedAt = row.PublishedAt,
        PublishedBy = row.PublishedBy.Subject,
        RetiredAt = row.RetiredAt,
    };
}
