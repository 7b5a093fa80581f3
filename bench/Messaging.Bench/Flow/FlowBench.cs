using MassTransit;
using RabbitMQ.Client;

namespace Sovereignty.Messaging.Bench.Flow;

/// <summary>The three-step flow: the product on empty tables, the floor on empty tables, the product on tables with a history.</summary>
internal static class FlowBench
{
    private const int Concurrency = 16;

    // Enough for the compiler to be done with what is measured.
    private const int WarmUp = 3000;
    private const string ProductDatabase = "bench_messaging_flow";
    private const string FloorDatabase = "bench_messaging_floor";

    public static async Task<IReadOnlyList<Figure>> Run(Place place, BenchPlan plan, CancellationToken cancellation)
    {
        Progress.Say("flow: preparing");
        var queue = place.Queue("bench_messaging.flow");
        var floorQueue = place.Queue("bench_messaging.floor");
        place.Exchange(FlowFloor.Checked, FlowFloor.Approved, FlowFloor.Ended);
        var database = await place.Database(ProductDatabase);
        var floorDatabase = await place.Database(FloorDatabase);
        await using var admin = place.Admin(ProductDatabase);
        await using var floorAdmin = place.Admin(FloorDatabase);
        var (tables, floorTables) = (new FlowTables(admin), new FlowTables(floorAdmin));
        using var service = await place.Service("bench-flow", database, messaging =>
        {
            messaging.Publishes<FlowChecked>();
            messaging.Publishes<FlowApproved>();
            messaging.Publishes<FlowEnded>();
            messaging.AddSaga<FlowMachine, FlowInstance>(queue, "bench.flow", saga =>
            {
                saga.Concurrency = Concurrency;
                saga.Hears<FlowChecked>(from: place.User);
                saga.Hears<FlowApproved>(from: place.User);
            });
        });
        await using var floor = await FlowFloor.Start(place, floorQueue, floorDatabase, Concurrency);
        var product = new FlowDriver(place, queue, place.ExchangeOf<FlowEnded>());
        var reference = new FlowDriver(place, floorQueue, FlowFloor.Ended);
        place.ExchangeOf<FlowChecked>();
        place.ExchangeOf<FlowApproved>();

        await OnEmpty(tables, product, WarmUp, cancellation);
        await OnEmpty(floorTables, reference, WarmUp, cancellation);
        if (plan.Includes("history"))
        {
            Progress.Say($"flow: writing {plan.HistoryRows:N0} rows of history");
            await tables.MakeHistory(plan.HistoryRows);
        }

        var (ours, floors, withHistory) = (new List<Measured>(), new List<Measured>(), new List<Measured>());
        for (var round = 1; round <= plan.Rounds; round++)
        {
            ours.Add(await OnEmpty(tables, product, plan.Requests, cancellation));
            if (plan.Includes("flow"))
            {
                floors.Add(await OnEmpty(floorTables, reference, plan.Requests, cancellation));
                Progress.Round("flow", round, plan.Rounds, ours[^1], floors[^1]);
            }

            if (plan.Includes("history"))
            {
                await tables.Empty();
                await tables.Swap();
                withHistory.Add(await product.Run(plan.Requests, cancellation));
                await tables.Drain();
                await tables.Swap();
                Progress.Round("flow with history", round, plan.Rounds, withHistory[^1], ours[^1]);
            }
        }

        await service.StopAsync(cancellation);
        return
        [
            .. floors.Count == 0 ? [] : new[] { new Figure("Saga flow of three steps", "AddSaga: inbox, saga, outbox, relay", "by hand with Npgsql and RabbitMQ.Client", plan.Requests, ours, floors, Goal: 0.6, GoalKind.AtLeast) },
            .. withHistory.Count == 0 ? [] : new[] { new Figure($"Saga flow with {plan.HistoryRows:N0} rows in inbox and saga table", "with history", "with empty tables", plan.Requests, withHistory, ours, Goal: 1.2, GoalKind.AtMost) },
        ];
    }

    private static async Task<Measured> OnEmpty(FlowTables tables, FlowDriver driver, int requests, CancellationToken cancellation)
    {
        await tables.Empty();
        var run = await driver.Run(requests, cancellation);
        await tables.Drain();
        await tables.Expect(requests);
        return run;
    }
}
