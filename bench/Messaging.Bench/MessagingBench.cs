using System.Text;
using RabbitMQ.Client;
using Sovereignty.Messaging.Bench.Batch;
using Sovereignty.Messaging.Bench.Flow;
using Sovereignty.Messaging.Bench.Relay;

namespace Sovereignty.Messaging.Bench;

internal static class MessagingBench
{
    public static async Task<int> Run(BenchPlan plan, bool json, CancellationToken cancellation)
    {
        await using var place = await Place.Open();
        var load = Load();
        var figures = new List<Figure>();
        if (plan.Includes("flow") || plan.Includes("history"))
        {
            figures.AddRange(await FlowBench.Run(place, plan, cancellation));
        }

        if (plan.Includes("relay"))
        {
            figures.Add(await RelayBench.Run(place, plan, cancellation));
        }

        if (plan.Includes("batch"))
        {
            figures.Add(await BatchBench.Run(place, plan, cancellation));
        }

        Progress.Clear();
        var version = place.Connection.ServerProperties?["version"] as byte[] ?? [];
        Report.Print(figures, plan, new(
            Environment.ProcessorCount,
            $"{load} before, {Load()} after",
            $"RabbitMQ {Encoding.UTF8.GetString(version)}, quorum queues",
            await place.Describe("SELECT 'PostgreSQL ' || split_part(current_setting('server_version'), ' ', 1) || ', fsync ' || current_setting('fsync') || ', synchronous_commit ' || current_setting('synchronous_commit')")), json);
        return 0;
    }

    private static string Load() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";
}

/// <summary>What the figures were measured on.</summary>
internal sealed record Hardware(int Processors, string Load, string Broker, string Database);
