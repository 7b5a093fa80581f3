using System.Text;

namespace Sovereignty.Messaging.Bench;

/// <summary>What the figures were measured on.</summary>
internal sealed record Hardware(int Processors, string LoadAverage, string Broker, string Database)
{
    /// <param name="place">Where it ran.</param>
    /// <param name="loadBefore">The load average before.</param>
    public static async Task<Hardware> Of(Place place, string loadBefore)
    {
        var version = place.Connection.ServerProperties?["version"] as byte[] ?? [];
        return new(
            Environment.ProcessorCount,
            $"{loadBefore} before, {Load()} after",
            $"RabbitMQ {Encoding.UTF8.GetString(version)}, quorum queues",
            await place.Describe("SELECT 'PostgreSQL ' || split_part(current_setting('server_version'), ' ', 1) || ', fsync ' || current_setting('fsync') || ', synchronous_commit ' || current_setting('synchronous_commit')"));
    }

    public static string Load() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";
}
