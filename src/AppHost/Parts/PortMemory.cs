using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Sovereignty.AppHost;

internal sealed class PortMemory(string file, bool keep = false)
{
    // Below the range from which Linux takes ports for outgoing connections.
    private const int First = 20_000;
    private const int Last = 32_000;
    private readonly Dictionary<string, int> _checked = [];

    public int Get(string name)
    {
        if (_checked.TryGetValue(name, out var port))
        {
            return port;
        }

        var remembered = Read();
        port = remembered.TryGetValue(name, out var known) && (keep || IsFree(known)) ? known : Choose([.. remembered.Values]);
        remembered[name] = port;
        StateFolder.WriteSecret(file, JsonSerializer.Serialize(remembered));
        _checked[name] = port;
        return port;
    }

    public static bool IsFree(int port) => CanBind(IPAddress.Loopback, port) && CanBind(IPAddress.IPv6Loopback, port);

    private static bool CanBind(IPAddress address, int port)
    {
        if (address.AddressFamily == AddressFamily.InterNetworkV6 && !Socket.OSSupportsIPv6)
        {
            return true;
        }

        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen();
            return true;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported;
        }
    }

    private static int Choose(HashSet<int> taken)
    {
        for (var attempt = 0; attempt < 500; attempt++)
        {
            var port = Random.Shared.Next(First, Last);
            if (!taken.Contains(port) && IsFree(port))
            {
                return port;
            }
        }

        throw new InvalidOperationException($"No free port between {First} and {Last} on 127.0.0.1.");
    }

    private SortedDictionary<string, int> Read() =>
        File.Exists(file) ? JsonSerializer.Deserialize<SortedDictionary<string, int>>(File.ReadAllText(file))! : [];
}
