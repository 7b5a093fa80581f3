using Sovereignty.Contracts.Data;
using Sovereignty.Evaluation;
using Sovereignty.Evaluation.Simulation;

namespace Sovereignty.PolicyService.Simulate;

/// <summary>Whose data, of what kind, and where it lies.</summary>
internal sealed record CellView
{
    public required string TenantId { get; init; }

    public required string DataType { get; init; }

    public required string? Classification { get; init; }

    public string? OriginCountry { get; init; }

    public required string PrimaryRegion { get; init; }

    public required IReadOnlyList<string> ReplicaRegions { get; init; }

    public required IReadOnlyList<string> BackupRegions { get; init; }

    public static CellView Of(Placement placement) => new()
    {
        TenantId = placement.TenantId,
        DataType = placement.DataType,
        Classification = placement.Classification,
        OriginCountry = placement.OriginCountry,
        PrimaryRegion = placement.PrimaryRegion,
        ReplicaRegions = placement.ReplicaRegions,
        BackupRegions = placement.BackupRegions,
    };
}

/// <summary>How a cell is judged, and where its primary could fail over to; nowhere means it has to wait.</summary>
internal sealed record OutcomeView(DecisionOutcome Outcome, string Code, string Message, IReadOnlyList<string> FailoverTargets)
{
    public static OutcomeView Of(CellOutcome outcome) => new(outcome.Outcome, outcome.Code, outcome.Message, outcome.FailoverTargets);
}
