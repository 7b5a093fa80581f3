namespace Sovereignty.Messaging.Outbox;

/// <summary>Wakes the relay after a commit.</summary>
internal sealed class RelaySignal : IDisposable
{
    private readonly SemaphoreSlim _semaphore = new(0, 1);

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

    public Task Wait(TimeSpan limit, CancellationToken cancellationToken) => _semaphore.WaitAsync(limit, cancellationToken);

    public void Dispose() => _semaphore.Dispose();
}
