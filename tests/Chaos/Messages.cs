using MassTransit;

namespace Sovereignty.Chaos;

public sealed record Deposit(Guid CorrelationId, int Number) : CorrelatedBy<Guid>;

public sealed record Deposited(Guid CorrelationId, int Number, int Version) : CorrelatedBy<Guid>;

public sealed record Entered(Guid Account, int Number);

public sealed record Settled(Guid Account, int Number);
