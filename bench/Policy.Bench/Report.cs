using System.Text.Json;
using Sovereignty.Policy.Bench.Table;
using Spectre.Console;

namespace Sovereignty.Policy.Bench;

internal static class Report
{
    // Medians per decision in microseconds as their makers published them, each on hardware of its own.
    private static readonly (string Engine, double From, double To)[] Published =
    [
        ("SAPL", 0.25, 0.66),
        ("Cedar", 3.4, 11),
        ("OpenFGA over HTTP", 115, 417),
        ("OPA/Rego", 172, 897),
    ];

    public static void Print(IReadOnlyList<Figure> figures, SwapFigure swap, IReadOnlyList<ReevaluationFigure> reevaluations, int differences, Hardware hardware, bool json)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(
                new
                {
                    bench = "policy",
                    hardware,
                    figures = figures.Select(Plain),
                    swap,
                    reevaluations,
                    differencesFromInterpreter = differences,
                    published = Published.Select(other => new { other.Engine, fromMicroseconds = other.From, toMicroseconds = other.To }),
                },
                new JsonSerializerOptions(JsonSerializerDefaults.Web) { WriteIndented = true }));
            return;
        }

        Console.WriteLine(hardware.Host);
        Console.WriteLine($"{hardware.Processors} processors; load average {hardware.Load}");
        Console.WriteLine($"A batch is {TableBenchmarks.Batch:N0} decisions of whole placements, 1 to 4 copies each, from {BenchWorld.PoolSize:N0} shuffled ones; times are of batches, divided by their decisions.");
        Console.WriteLine("Goals for the table: 10 policies, median at most 50 and p99 at most 200; 10,000 policies, median at most 500; nothing allocated.");
        var table = new Spectre.Console.Table().RoundedBorder().AddColumn(new TableColumn("ns a decision").NoWrap().Padding(0, 0));
        foreach (var heading in new[] { "policies", "median", "p90", "p99", "slowest", "bytes" })
        {
            table.AddColumn(new TableColumn(heading).RightAligned().NoWrap().Padding(1, 0, 0, 0));
        }

        foreach (var figure in figures)
        {
            table.AddRow(figure.Name, $"{figure.Policies:N0}", Number(figure.Median), Number(figure.P90), Number(figure.P99), Number(figure.Slowest), $"{figure.AllocatedBytes:N0}");
        }

        AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, 100);
        AnsiConsole.Write(table);
        Console.WriteLine($"{swap.Policies:N0} policies compiled and swapped {swap.Swaps} times while another thread decides: median {swap.MedianMilliseconds:N0} ms, slowest {swap.SlowestMilliseconds:N0} ms (goal at most 1,000); the table has {swap.TableMegabytes:0.0} MB.");
        Console.WriteLine($"Batches on that thread: median {swap.UsualBatchMicroseconds:N0} µs, slowest during a swap {swap.SlowestBatchMicroseconds:N0} µs.");
        foreach (var reevaluation in reevaluations)
        {
            Console.WriteLine($"{reevaluation.Placements:N0} placements in memory re-evaluated on one thread, {reevaluation.Policies:N0} policies: {reevaluation.Milliseconds:N0} ms.");
        }

        Console.WriteLine($"Decisions that differ from the interpreter's: {differences}.");
        Console.WriteLine($"Published medians of others, in µs, on other hardware: {string.Join("; ", Published.Select(other => $"{other.Engine} {other.From} to {other.To}"))}.");
    }

    private static string Number(double value) => value < 1_000 ? $"{value:0.0}" : $"{value:N0}";

    private static string? Goal(Figure figure) => (figure.IsReference, figure.Policies) switch
    {
        (true, _) => null,
        (_, 10) => "median at most 50, p99 at most 200, nothing allocated",
        _ => "median at most 500, nothing allocated",
    };

    private static object Plain(Figure figure) => new
    {
        figure.Name,
        figure.Policies,
        figure.Batches,
        medianNanoseconds = Math.Round(figure.Median, 2),
        p90Nanoseconds = Math.Round(figure.P90, 2),
        p99Nanoseconds = Math.Round(figure.P99, 2),
        slowestNanoseconds = Math.Round(figure.Slowest, 2),
        allocatedBytes = Math.Round(figure.AllocatedBytes, 2),
        goal = Goal(figure),
    };
}
