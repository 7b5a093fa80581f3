using Sovereignty.Messaging.Bench;

namespace Sovereignty.Audit.Bench;

internal static class AuditBench
{
    public static async Task<int> Run(BenchPlan plan, bool json, CancellationToken ct)
    {
        await using var place = await Place.Open();
        var load = Hardware.Load();
        var figures = new List<Figure>();
        await using (var log = await BenchLog.Create(Required("ConnectionStrings__admin"), Required("ConnectionStrings__append"), Required("ConnectionStrings__read")))
        {
            if (plan.Includes("append"))
            {
                figures.Add(await AppendBench.Run(log, plan, ct));
            }
        }

        Progress.Clear();
        Report.Print("audit", figures, plan.Rounds, await Hardware.Of(place, load), json);
        return 0;
    }

    private static string Required(string name) =>
        Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"{name} is not set. Start the bench with ./sov bench audit.");
}
