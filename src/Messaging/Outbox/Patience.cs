namespace Sovereignty.Messaging.Outbox;

/// <summary>How long to wait for the next confirm of many: a broker that answers at all is waited for, one that falls silent is not.</summary>
internal sealed class Patience(TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    // A timer moved for each of thousands of confirms would cost more than they do.
    private static readonly TimeSpan RenewedAfter = TimeSpan.FromSeconds(1);
    private readonly CancellationTokenSource _source = new(Limit, time);
    private long _renewed = time.GetTimestamp();

    public CancellationToken Token => _source.Token;

    public void Renew()
    {
        if (time.GetElapsedTime(Volatile.Read(ref _renewed)) > RenewedAfter)
        {
            Volatile.Write(ref _renewed, time.GetTimestamp());
            _source.CancelAfter(Limit);
        }
    }

    public void Dispose() => _source.Dispose();
}
