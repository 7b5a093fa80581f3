using Sovereignty.Messaging.Bench;

namespace Sovereignty.Audit.Bench;

internal static class AuditBench
{
    public static async Task<int> Run(BenchPlan plan, bool json, CancellationToken ct)
    {
        await using var place = await Place.Open();
        var load = Hardware.Load();
        var (figures, limits) = (new List<Figure>(), new List<Limit>());
        if (plan.Includes("append"))
        {
            await using var log = await NewLog();
            figures.Add(await AppendBench.Run(log, plan, ct));
        }

        if (plan.Includes("broker"))
        {
            await using var log = await NewLog();
            figures.Add(await BrokerBench.Drain(place, log, plan, ct));
        }

        if (plan.Includes("latency"))
        {
            await using var log = await NewLog();
            limits.Add(await BrokerBench.Latency(place, log, plan, ct));
        }

        if (plan.Includes("proof"))
        {
            await using var log = await NewLog();
            limits.Add(await ProofBench.Run(log, plan, ct));
        }


        if (plan.Includes("report") || plan.Includes("verify"))
        {
            await using var log = await NewLog();
            await LargeLog.Fill(log, plan.Large, ct);
            if (plan.Includes("report"))
            {
                limits.Add(await LargeBench.Report(log, plan.Large, ct));
            }

            if (plan.Includes("verify"))
            {
                limits.AddRange(await LargeBench.Verify(log, plan.Large, ct));
            }
        }

        Progress.Clear();
        Report.Print("audit", figures, plan.Rounds, await Hardware.Of(place, load), json, limits);
        return 0;
    }

    private static Task<BenchLog> NewLog() => BenchLog.Create(Required("ConnectionStrings__admin"), Required("ConnectionStrings__append"), Required("ConnectionStrings__read"));

    private static string Required(string name) =>
        Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"{name} is not set. Start the bench with ./sov bench audit.");
}
