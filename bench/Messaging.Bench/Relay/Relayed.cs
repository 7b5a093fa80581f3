namespace Sovereignty.Messaging.Bench.Relay;

public sealed record Relayed(Guid Id, string Text);
