using System.CommandLine;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Residency;
using Spectre.Console;

namespace Sovereignty.Cli.Bench;

/// <summary>
/// What-if and drift over many stored placements, end to end: requests through the gateway, and from a fact's change until
/// violations are open. Beside them, in the same run, what the database alone takes to count the placements of each cell.
/// </summary>
internal static class CorpusBench
{
    private const string Fact = "bench-corpus-ban";

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print figures for machines" };
        var placements = new Option<int>("--placements") { Description = "Stored placements", DefaultValueFactory = _ => 1_000_000 };
        var cells = new Option<int>("--cells") { Description = "Decision cells they lie in", DefaultValueFactory = _ => 5_000 };
        var rounds = new Option<int>("--rounds") { Description = "Measurements of each kind", DefaultValueFactory = _ => 7 };
        var command = new Command("corpus", "What-if over stored placements, and from a change to open violations") { json, placements, cells, rounds };
        command.SetAction((arguments, cancellation) =>
            Run(arguments.GetValue(placements), arguments.GetValue(cells), arguments.GetValue(rounds), arguments.GetValue(json), cancellation));
        return command;
    }

    public static async Task<int> Run(int placements, int cells, int rounds, bool json, CancellationToken cancellationToken)
    {
        var platform = Platform.Load();
        await using var corpus = StoredCorpus.Open(platform);
        using var admin = await platform.SignIn("policy-admin");
        await corpus.Remove();
        try
        {
            await corpus.Add(placements, cells, cancellationToken);
            var measured = new List<Measured>();
            var answer = default(JsonElement);
            await Time("database alone: count by cell", corpus.CountByCell);
            await Time("what-if: a region is lost", async () => answer = await Simulate(admin, new { scenario = new { name = "region-lost", region = "eu-central-1" } }));
            await Time("what-if: a law for one type of data", async () => await Simulate(admin, new { facts = new[] { Ban(null) } }));
            await Time("what-if: next year", async () => await Simulate(admin, new { at = TimeProvider.System.GetUtcNow().AddYears(1) }));
            var opened = new List<TimeSpan>();
            var resolved = new List<TimeSpan>();
            var violations = 0L;
            for (var round = 0; round < rounds; round++)
            {
                opened.Add(await Change(admin, Ban(null), async () => (violations = await corpus.CountViolations()) > 0, cancellationToken));
                resolved.Add(await Change(admin, Ban(Yesterday()), async () => await corpus.CountViolations() == 0, cancellationToken));
            }

            measured.Add(new("a fact begins to hold, until violations are open", Latencies.Of(opened)));
            measured.Add(new("it ends, until they are resolved", Latencies.Of(resolved)));
            Print(placements, cells, rounds, violations, answer.GetProperty("totals"), measured, json);
            return 0;

            async Task Time(string what, Func<Task> act)
            {
                var took = new List<TimeSpan>();
                for (var round = 0; round < rounds; round++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var begun = Stopwatch.GetTimestamp();
                    await act();
                    took.Add(Stopwatch.GetElapsedTime(begun));
                }

                measured.Add(new(what, Latencies.Of(took)));
            }
        }
        finally
        {
            await End(admin);
            await corpus.Remove();
        }
    }

    private static async Task<JsonElement> Simulate(HttpClient client, object overlay)
    {
        using var response = await client.PostAsJsonAsync("/residency/simulations", overlay, ContractJson.Options);
        return await response.Read<JsonElement>();
    }

    /// <summary>The time from the answer to a change until what it leads to is there.</summary>
    private static async Task<TimeSpan> Change(HttpClient client, LegalFact fact, Func<Task<bool>> isDone, CancellationToken cancellationToken)
    {
        await Record(client, fact);
        var begun = Stopwatch.GetTimestamp();
        while (!await isDone())
        {
            if (Stopwatch.GetElapsedTime(begun) > Limit)
            {
                throw new PlatformException($"Within {Limit.TotalMinutes:0} minutes the violations did not follow the change.");
            }

            await Task.Delay(Poll, cancellationToken);
        }

        return Stopwatch.GetElapsedTime(begun);
    }

    private static async Task Record(HttpClient client, LegalFact fact)
    {
        var etag = await ETag(client);
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/residency/facts/{Fact}") { Content = JsonContent.Create(fact, options: ContractJson.Options) };
        if (etag is null)
        {
            request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Any);
        }
        else
        {
            request.Headers.IfMatch.Add(etag);
        }

        using var response = await client.SendAsync(request, CancellationToken.None);
        await response.Read<JsonElement>();
    }

    // A fact is never deleted: what stays of the bench is one that holds no more.
    private static async Task End(HttpClient client)
    {
        if (await ETag(client) is not null)
        {
            await Record(client, Ban(Yesterday()));
        }
    }

    private static async Task<EntityTagHeaderValue?> ETag(HttpClient client)
    {
        using var response = await client.GetAsync($"/residency/facts/{Fact}", CancellationToken.None);
        return response.Headers.ETag;
    }

    private static LegalFact Ban(DateOnly? until) => new()
    {
        Id = Fact,
        Kind = LegalFactKinds.TransferBan,
        Instrument = "Bench: a law for one type of data",
        Destinations = ["DE", "IE"],
        DataTypes = [StoredCorpus.BannedType],
        Effect = LegalEffect.NotInDestinations,
        ValidUntil = until,
    };

    private static DateOnly Yesterday() => DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-1));

    private static void Print(int placements, int cells, int rounds, long violations, JsonElement totals, IReadOnlyList<Measured> measured, bool json)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                bench = "corpus",
                placements,
                cells,
                rounds,
                violations,
                totals,
                processors = Environment.ProcessorCount,
                milliseconds = measured.Select(row => new { what = row.What, p50 = Math.Round(row.Took.P50, 1), p99 = Math.Round(row.Took.P99, 1) }),
            }));
            return;
        }

        Console.WriteLine($"{placements:N0} stored placements in {cells:N0} cells; {rounds} of each, through the gateway, in ms; {Environment.ProcessorCount} processors shared by all.");
        Console.WriteLine($"The lost region leaves {totals.GetProperty("becomeNonCompliant").GetInt64():N0} placements non-compliant; the fact opens {violations:N0} violations.");
        var table = new Table().RoundedBorder().AddColumn("").AddColumn(new TableColumn("p50").RightAligned()).AddColumn(new TableColumn("worst").RightAligned());
        foreach (var (what, took) in measured)
        {
            table.AddRow(what, $"{took.P50:N0}", $"{took.P99:N0}");
        }

        AnsiConsole.Write(table);
    }
}
