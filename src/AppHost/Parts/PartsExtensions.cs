using System.Net.Sockets;

namespace Sovereignty.AppHost;

internal static class PartsExtensions
{
    public static Broker AddBroker(this IDistributedApplicationBuilder builder, StateFolder state) => new(builder, state);

    public static Witnesses AddWitnesses(this IDistributedApplicationBuilder builder, StateFolder state, string origin, string logKeyFile) =>
        new(builder, state, origin, logKeyFile);

    public static DatabaseServer AddDatabaseServer(this IDistributedApplicationBuilder builder, StateFolder state) => new(builder, state);
}

internal static class Readiness
{
    public static async Task<bool> AcceptsConnections(int port, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port, cancellationToken);
        return true;
    }
}
