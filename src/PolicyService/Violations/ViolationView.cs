using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Residency;

namespace Sovereignty.PolicyService.Violations;

/// <summary>A violation, where it stands, and what can be done.</summary>
internal sealed record ViolationView
{
    public required Guid Id { get; init; }

    public required int Version { get; init; }

    public required string TenantId { get; init; }

    public required ViolationState State { get; init; }

    public required string DataType { get; init; }

    public required ClassificationLevel Classification { get; init; }

    public string? OriginCountry { get; init; }

    public required string PrimaryRegion { get; init; }

    public required IReadOnlyList<string> ReplicaRegions { get; init; }

    public required IReadOnlyList<string> BackupRegions { get; init; }

    public required long Placements { get; init; }

    public required string Code { get; init; }

    public required string Message { get; init; }

    public required IReadOnlyList<Citation> Citations { get; init; }

    public required DateTimeOffset Since { get; init; }

    public required long Epoch { get; init; }

    public required IReadOnlyList<Remediation> Remediations { get; init; }

    public AcceptanceView? Acceptance { get; init; }

    public DateTimeOffset? ResolvedAt { get; init; }

    public ViolationResolution? Resolution { get; init; }

    public static ViolationView Of(ViolationRow row, DateTimeOffset now) => new()
    {
        Id = row.Violation.Id,
        Version = row.Version,
        TenantId = row.Violation.TenantId,
        State = row.StateAt(now),
        DataType = row.Violation.DataType,
        Classification = row.Violation.Classification,
        OriginCountry = row.Violation.OriginCountry,
        PrimaryRegion = row.Violation.PrimaryRegion,
        ReplicaRegions = row.Violation.ReplicaRegions,
        BackupRegions = row.Violation.BackupRegions,
        Placements = row.Violation.Placements,
        Code = row.Violation.Code,
        Message = row.Violation.Message,
        Citations = row.Violation.Citations,
        Since = row.Violation.Since,
        Epoch = row.Violation.Epoch,
        Remediations = row.Violation.Remediations,
        Acceptance = row.Acceptance is { } acceptance ? new(acceptance.At, acceptance.By.Subject, acceptance.Until, acceptance.Reason) : null,
        ResolvedAt = row.ResolvedAt,
        Resolution = row.Resolution,
    };
}

/// <summary>Who answers for a violation, until when and why.</summary>
internal sealed record AcceptanceView(DateTimeOffset At, string By, DateTimeOffset Until, string Reason);
