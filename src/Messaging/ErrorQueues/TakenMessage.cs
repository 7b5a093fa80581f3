using RabbitMQ.Client;

namespace Sovereignty.Messaging.ErrorQueues;

/// <summary>A message taken from an error queue and not yet acknowledged.</summary>
internal sealed record TakenMessage(ulong DeliveryTag, BasicProperties Properties, byte[] Body, ErrorMessage Message);
