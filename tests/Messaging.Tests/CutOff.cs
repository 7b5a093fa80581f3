using System.Net;
using System.Net.Sockets;

namespace Sovereignty.Messaging.Tests;

/// <summary>A way to a part that can be cut: connections break, new ones are refused, until it is mended.</summary>
internal sealed class CutOff : IAsyncDisposable
{
    private readonly string _host;
    private readonly int _port;
    private Way _way;

    public CutOff(string host, int port)
    {
        (_host, _port) = (host, port);
        _way = new(0, host, port);
        Port = _way.Port;
    }

    public int Port { get; }

    public async Task Cut() => await _way.DisposeAsync();

    public void Mend() => _way = new(Port, _host, _port);

    public async ValueTask DisposeAsync() => await _way.DisposeAsync();

    private sealed class Way : IAsyncDisposable
    {
        private readonly CancellationTokenSource _end = new();
        private readonly TcpListener _listener;
        private readonly List<Task> _connections = [];
        private readonly Task _accepting;
        private readonly string _host;
        private readonly int _port;

        public Way(int from, string host, int port)
        {
            (_host, _port) = (host, port);
            _listener = new(IPAddress.Loopback, from);
            _listener.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            _listener.Start();
            _accepting = Accept();
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public async ValueTask DisposeAsync()
        {
            await _end.CancelAsync();
            _listener.Stop();
            await _accepting;
            await Task.WhenAll(_connections);
        }

        private async Task Accept()
        {
            while (!_end.IsCancellationRequested)
            {
                try
                {
                    _connections.Add(Carry(await _listener.AcceptTcpClientAsync(_end.Token)));
                }
                catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
                {
                }
            }
        }

        private async Task Carry(TcpClient near)
        {
            try
            {
                using (near)
                using (var far = new TcpClient())
                {
                    await far.ConnectAsync(_host, _port, _end.Token);
                    var (left, right) = (near.GetStream(), far.GetStream());
                    await await Task.WhenAny(left.CopyToAsync(right, _end.Token), right.CopyToAsync(left, _end.Token));
                }
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or IOException)
            {
            }
        }
    }
}
