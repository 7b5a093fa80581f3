using System.Net;
using System.Net.Sockets;

namespace Sovereignty.AuditService.Tests;

/// <summary>A way to PostgreSQL that breaks at the worst moment: when a commit is made and its answer is on the way.</summary>
internal sealed class CommitCut : IAsyncDisposable
{
    // CommandComplete with the tag of a commit, as the server sends it.
    private static readonly byte[] Committed = [(byte)'C', 0, 0, 0, 11, .. "COMMIT\0"u8];

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly List<Task> _ways = [];
    private readonly int _port;
    private readonly Task _accepting;
    private int _cuts;
    private int _left;

    public CommitCut(int port, int cuts)
    {
        (_port, _left) = (port, cuts);
        _listener.Start();
        _accepting = Accept();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How many commits lost their answer.</summary>
    public int Cuts => _cuts;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_ways);
        _end.Dispose();
    }

    private async Task Accept()
    {
        try
        {
            while (true)
            {
                _ways.Add(Carry(await _listener.AcceptTcpClientAsync(_end.Token)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task Carry(TcpClient near)
    {
        try
        {
            using (near)
            using (var far = new TcpClient())
            {
                await far.ConnectAsync(IPAddress.Loopback, _port, _end.Token);
                await await Task.WhenAny(near.GetStream().CopyToAsync(far.GetStream(), _end.Token), Answer(far.GetStream(), near.GetStream()));
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
        }
    }

    private async Task Answer(NetworkStream from, NetworkStream to)
    {
        var bytes = new byte[64 * 1024];
        int read;
        while ((read = await from.ReadAsync(bytes, _end.Token)) > 0)
        {
            if (bytes.AsSpan(0, read).IndexOf(Committed) >= 0 && Interlocked.Decrement(ref _left) >= 0)
            {
                Interlocked.Increment(ref _cuts);
                return;
            }

            await to.WriteAsync(bytes.AsMemory(0, read), _end.Token);
        }
    }
}
