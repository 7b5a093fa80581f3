namespace Sovereignty.Messaging.Bench.Flow;

/// <summary>Begins a request.</summary>
public sealed record BeginFlow(Guid FlowId, FlowData Data);

/// <summary>The second step is due.</summary>
public sealed record FlowChecked(Guid FlowId, int Version, FlowData Data);

/// <summary>The third step is due.</summary>
public sealed record FlowApproved(Guid FlowId, int Version, FlowData Data);

/// <summary>The request is through.</summary>
public sealed record FlowEnded(Guid FlowId, int Version, FlowData Data);

public sealed record FlowData(string Tenant, string Requester, string DataId, string SourceRegion, string TargetRegion, string Purpose, string Justification)
{
    public static FlowData Sample { get; } = new(
        "tenant-1", "requester-de", "customer-records-2026-11", "eu-central-1", "eu-west-1", "analytics", "Weekly report on fraud in card payments, ordered by the controller; no raw card numbers leave the region.");
}
