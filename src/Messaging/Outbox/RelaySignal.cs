namespace Sovereignty.Messaging.Outbox;

/// <summary>Wakes the relay after a commit. What is written without a word, such as a message whose time has come, it finds when it looks by itself.</summary>
internal sealed class RelaySignal : IDisposable
{
    private readonly SemaphoreSlim _semaphore = new(0, 1);

    /// <summary>How long the relay waits at most before it looks by itself.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(1);

    public void Set()
    {
        try
        {
            if (_semaphore.CurrentCount == 0)
            {
                _semaphore.Release();
            }
        }
        catch (SemaphoreFullException)
        {
        }
    }

    public Task Wait(CancellationToken cancellationToken) => _semaphore.WaitAsync(Interval, cancellationToken);

    public void Dispose() => _semaphore.Dispose();
}
