using MassTransit;

namespace Sovereignty.Chaos;

public sealed class Account : SagaStateMachineInstance
{
    public Guid CorrelationId { get; set; }
    public string CurrentState { get; set; } = "";
    public int Version { get; set; }
    public List<int> Taken { get; set; } = [];
}
