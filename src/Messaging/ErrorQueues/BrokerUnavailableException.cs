namespace Sovereignty.Messaging.ErrorQueues;

/// <summary>The broker is away, or did not answer in time.</summary>
/// <param name="cause">What happened.</param>
public sealed class BrokerUnavailableException(Exception cause) : Exception("The broker cannot be reached.", cause);
