using Sovereignty.Messaging.Bench.Batch;
using Sovereignty.Messaging.Bench.Flow;
using Sovereignty.Messaging.Bench.Relay;

namespace Sovereignty.Messaging.Bench;

internal static class MessagingBench
{
    public static async Task<int> Run(BenchPlan plan, bool json, CancellationToken cancellation)
    {
        await using var place = await Place.Open();
        var load = Hardware.Load();
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
        Report.Print("messaging", figures, plan.Rounds, await Hardware.Of(place, load), json);
        return 0;
    }
}
