using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using MassTransit;
using Sovereignty.Cli.Demo;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Data;
using Spectre.Console;

namespace Sovereignty.Cli.Bench;

/// <summary>What AccessService does for one person after the other, beside few finished requests and beside many, in one run.</summary>
internal static class AccessBench
{
    private const int WarmUps = 30;
    public const int DataOfARound = 50;

    public static async Task<int> Run(int samples, int finished, bool json, CancellationToken cancellationToken)
    {
        var platform = Platform.Load();
        await using var history = AccessHistory.Open(platform);
        await history.Remove();
        var data = (await CreateData(platform, 3 * DataOfARound)).Chunk(DataOfARound).ToArray();
        using var round = await AccessRound.SignIn(platform);
        try
        {
            await round.Measure(WarmUps, data[0], cancellationToken);
            var few = await history.Count();
            var beside = await round.Measure(samples, data[1], cancellationToken);
            await history.Add(round.Approved, finished, [.. data.SelectMany(ids => ids)], cancellationToken);
            var many = await history.Count();
            Print(samples, few, beside, many, await round.Measure(samples, data[2], cancellationToken), json);
            return 0;
        }
        finally
        {
            await history.Remove();
        }
    }

    /// <summary>Data to ask for.</summary>
    public static async Task<IReadOnlyList<string>> CreateData(Platform platform, int count)
    {
        var run = $"bench-{Guid.NewGuid().ToString("N")[..8]}";
        var ledger = new DecisionLedger();
        using var host = await Bus.Start(platform.Amqp["platform-service"], "bench-client", bus => bus.ReceiveEndpoint($"platform.{run}", endpoint =>
        {
            endpoint.AutoDelete = true;
            endpoint.Instance(ledger);
        }));
        var data = Enumerable.Range(0, count).Select(number => new DataCreated
        {
            OccurredAt = TimeProvider.System.GetUtcNow(),
            TenantId = "acme",
            Actor = Actor.Service("bench-client"),
            DataId = $"{run}-{number:000}",
            DataType = "customer-profile",
            Classification = "identity",
            OriginCountry = "DE",
            PrimaryRegion = "eu-central-1",
        }).ToList();
        await host.Services.GetRequiredService<IBus>().PublishBatch(data);
        await Wait.Until(() => ledger.Answered == data.Count);
        await host.StopAsync(CancellationToken.None);
        return ledger.Answered == data.Count
            ? [.. data.Select(item => item.DataId)]
            : throw new PlatformException("The platform did not answer to DataCreated.");
    }

    private static void Print(int samples, long few, IReadOnlyList<Measured> beside, long many, IReadOnlyList<Measured> besideMany, bool json)
    {
        var rows = beside.Zip(besideMany, (one, other) => (one.What, Few: one.Took, Many: other.Took)).ToList();
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                bench = "access",
                samples,
                requestsBefore = few,
                requestsAfter = many,
                processors = Environment.ProcessorCount,
                milliseconds = rows.Select(row => new
                {
                    what = row.What,
                    before = new { p50 = Math.Round(row.Few.P50, 2), p99 = Math.Round(row.Few.P99, 2) },
                    after = new { p50 = Math.Round(row.Many.P50, 2), p99 = Math.Round(row.Many.P99, 2) },
                    ratio = new { p50 = Math.Round(row.Many.P50 / row.Few.P50, 2), p99 = Math.Round(row.Many.P99 / row.Few.P99, 2) },
                }),
            }));
            return;
        }

        Console.WriteLine($"{samples:N0} of each, one after the other, through the gateway, in ms; {Environment.ProcessorCount} processors shared by all.");
        Console.WriteLine($"Beside {few:N0} requests of before, and beside {many:N0}, nearly all of them finished:");
        var table = new Table().RoundedBorder().AddColumn("");
        foreach (var header in new[] { $"p50 {Short(few)}", Short(many), "ratio", $"p99 {Short(few)}", Short(many), "ratio" })
        {
            table.AddColumn(new TableColumn(header).RightAligned());
        }

        foreach (var (what, before, after) in rows)
        {
            table.AddRow(what, $"{before.P50:0.0}", $"{after.P50:0.0}", $"{after.P50 / before.P50:0.00}", $"{before.P99:0.0}", $"{after.P99:0.0}", $"{after.P99 / before.P99:0.00}");
        }

        AnsiConsole.Write(table);
    }

    private static string Short(long count) => count < 10_000 ? $"{count}" : $"{count / 1000}k";
}
