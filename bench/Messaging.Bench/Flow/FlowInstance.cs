using MassTransit;

namespace Sovereignty.Messaging.Bench.Flow;

/// <summary>A request, one row.</summary>
public sealed class FlowInstance : SagaStateMachineInstance
{
    public Guid CorrelationId { get; set; }
    public string CurrentState { get; set; } = "";
    public int Version { get; set; }
    public FlowData? Data { get; set; }
}
