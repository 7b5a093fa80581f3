using System.Collections.Concurrent;

namespace Sovereignty.Messaging.Tests;

public sealed record Ping(int Number);

public sealed record Pong(int Number);

/// <summary>What consumers under test were handed.</summary>
public sealed class Heard<T>
{
    public ConcurrentQueue<T> Messages { get; } = new();
}
