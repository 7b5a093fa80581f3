namespace Sovereignty.Cli.Demo;

/// <summary>The audit report; what the demo shows and checks of it.</summary>
internal sealed record ReportView
{
    public required ReportCheckpoint Checkpoint { get; init; }
    public required IReadOnlyDictionary<string, long> Totals { get; init; }
    public required IReadOnlyList<ReportType> ByType { get; init; }
    public double? ApprovalRate { get; init; }
    public required IReadOnlyList<ReportRejection> RejectionReasons { get; init; }
    public required IReadOnlyList<ReportPair> RegionPairs { get; init; }
}

internal sealed record ReportCheckpoint(long Size, string Root, long NotCovered);

internal sealed record ReportType(string Type, long Count);

/// <summary>What was turned down and why: a code, or an approver's own words.</summary>
internal sealed record ReportRejection(string Kind, string? Code, string? Reason, long Count);

internal sealed record ReportPair(string SourceRegion, string TargetRegion, long Requests, long Granted);
