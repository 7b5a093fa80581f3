using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Access;
using Spectre.Console;

namespace Sovereignty.Cli.Bench;

/// <summary>
/// Requests through the whole saga, from submission over validation and one approval to the grant, everything durable, at the
/// service itself; beside the messaging floor: a flow of three messages by hand on the same broker and database, in the same run.
/// </summary>
internal static class SagaBench
{
    private const int AtOnce = 32;

    public static async Task<int> Run(int requests, int rounds, bool json, CancellationToken cancellationToken)
    {
        var platform = Platform.Load();
        var data = await AccessBench.CreateData(platform, AccessBench.DataOfARound);
        using var requester = await SignIn(platform, "requester");
        using var approver = await SignIn(platform, "approver-de");
        await using var database = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(Platform.ToNpgsql(platform.Dsn["postgres"])) { Database = "access" }.ConnectionString);

        await Flow(requester, approver, database, data, Math.Min(requests, 100), cancellationToken);
        var runs = new List<Flowed>();
        for (var round = 1; round <= rounds; round++)
        {
            var flowed = await Flow(requester, approver, database, data, requests, cancellationToken);
            runs.Add(flowed);
            if (!json)
            {
                Console.WriteLine($"Round {round} of {rounds}: {flowed.PerSecond:N0} requests per second, {flowed.Routed:N0} submitted and routed, then {flowed.Approved:N0} approved per second.");
            }
        }

        var floor = await Floor(platform, rounds);
        var median = runs.OrderBy(run => run.PerSecond).ElementAt(runs.Count / 2);
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                bench = "access saga",
                requests,
                rounds,
                processors = Environment.ProcessorCount,
                perSecond = Math.Round(median.PerSecond, 1),
                routedPerSecond = Math.Round(median.Routed, 1),
                approvedPerSecond = Math.Round(median.Approved, 1),
                floorPerSecond = Math.Round(floor.Floor, 1),
                flowPerSecond = Math.Round(floor.Product, 1),
                ratio = Math.Round(median.PerSecond / floor.Floor, 3),
            }));
            return 0;
        }

        Console.WriteLine($"{requests:N0} requests in each of {rounds} rounds, {AtOnce} at once, {Environment.ProcessorCount} processors shared by all. Medians:");
        var table = new Table().RoundedBorder().AddColumn("").AddColumn(new TableColumn("per second").RightAligned());
        table.AddRow("request, validation, approval, grant; 3 saga messages, 5 events, 2 HTTP calls", $"{median.PerSecond:N0}");
        table.AddRow("three messages through a bare saga of Messaging", $"{floor.Product:N0}");
        table.AddRow("reference: three messages by hand, the messaging floor", $"{floor.Floor:N0}");
        table.AddRow("ratio to the floor", $"{median.PerSecond / floor.Floor:0.00}");
        AnsiConsole.Write(table);
        return 0;
    }

    private static async Task<Flowed> Flow(HttpClient requester, HttpClient approver, NpgsqlDataSource database, IReadOnlyList<string> data, int count, CancellationToken cancellationToken)
    {
        var ids = new ConcurrentBag<Guid>();
        var begun = Stopwatch.GetTimestamp();
        await AllAtOnce(count, async number =>
        {
            using var answer = await requester.PostAsJsonAsync("/access/request", AccessRound.Wanted(data[number % data.Count]), ContractJson.Options, cancellationToken);
            ids.Add((await answer.Read<JsonElement>()).GetProperty("requestId").GetGuid());
        });
        await UntilRouted(database, [.. ids], cancellationToken);
        var routed = Stopwatch.GetElapsedTime(begun);
        var waiting = ids.ToArray();
        await AllAtOnce(count, async number =>
        {
            using var answer = await approver.PostAsJsonAsync("/access/approve", new { requestId = waiting[number], reason = "Needed for the ticket." }, cancellationToken);
            if (answer.StatusCode is not HttpStatusCode.OK)
            {
                await answer.Read<JsonElement>();
                throw new PlatformException("An approval took longer than two seconds.");
            }
        });
        var took = Stopwatch.GetElapsedTime(begun);
        return new(count / took.TotalSeconds, count / routed.TotalSeconds, count / (took - routed).TotalSeconds);

        async Task AllAtOnce(int times, Func<int, Task> act) =>
            await Parallel.ForAsync(0, times, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (number, _) => await act(number));
    }

    private static async Task UntilRouted(NpgsqlDataSource database, Guid[] ids, CancellationToken cancellationToken)
    {
        while (true)
        {
            await using var command = database.CreateCommand("SELECT count(*) FROM access.request WHERE correlation_id = ANY ($1) AND state NOT IN ('Submitted', 'Validating')");
            command.Parameters.Add(new() { Value = ids });
            if ((long)(await command.ExecuteScalarAsync(cancellationToken))! == ids.Length)
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), cancellationToken);
        }
    }

    private static async Task<(double Product, double Floor)> Floor(Platform platform, int rounds)
    {
        var report = await BenchProgram.Read("Messaging.Bench", ["--only", "flow", "--rounds", $"{rounds}", "--json"], MessagingBench.Environment(platform));
        var figure = JsonDocument.Parse(report).RootElement.GetProperty("figures")[0];
        return (figure.GetProperty("product").GetProperty("perSecond").GetDouble(), figure.GetProperty("reference").GetProperty("perSecond").GetDouble());
    }

    /// <summary>At the service, past the gateway: its limit for one person is far below what is measured.</summary>
    private static async Task<HttpClient> SignIn(Platform platform, string person)
    {
        using var gateway = platform.CreateClient();
        var client = new HttpClient { BaseAddress = platform.PartUrl("access-service"), Timeout = TimeSpan.FromSeconds(30) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await platform.Token(gateway, person, ttl: null));
        return client;
    }

    private sealed record Flowed(double PerSecond, double Routed, double Approved);
}
