using System.Text.Json;
using Spectre.Console;

namespace Sovereignty.Messaging.Bench;

internal static class Report
{
    public static void Print(string bench, IReadOnlyList<Figure> figures, int rounds, Hardware hardware, bool json, IReadOnlyList<Limit>? limits = null)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(
                new { bench, rounds, hardware, figures = figures.Select(Plain), limits = (limits ?? []).Select(Plain) },
                new JsonSerializerOptions(JsonSerializerDefaults.Web) { WriteIndented = true }));
            return;
        }

        Console.WriteLine($"{hardware.Processors} processors shared by client, broker and database; load average {hardware.LoadAverage}");
        Console.WriteLine($"{hardware.Broker}; {hardware.Database}");
        Console.WriteLine($"Medians of {rounds} alternating runs; a ratio is the median of the rounds' ratios. CPU and memory are the client's, its load generator included, for each request or message.");
        foreach (var figure in figures)
        {
            var table = new Table().RoundedBorder().AddColumn($"{figure.Name}, {figure.Count:N0} in each run");
            foreach (var heading in new[] { "per second", "CPU ms", "KB", "p50 ms", "p99 ms" })
            {
                table.AddColumn(new TableColumn(heading).RightAligned().NoWrap());
            }

            Row(table, figure.Product, Measured.Median([.. figure.ProductRuns]));
            Row(table, $"reference: {figure.Reference}", Measured.Median([.. figure.ReferenceRuns]));
            table.AddRow(figure.Kind is GoalKind.AtLeast ? $"ratio; goal {figure.GoalText}" : $"times slower; goal {figure.GoalText}", $"{figure.Ratio:0.00}");
            AnsiConsole.Write(table);
        }

        if (limits is { Count: > 0 })
        {
            var table = new Table().RoundedBorder().AddColumn("").AddColumn(new TableColumn("measured").RightAligned().NoWrap()).AddColumn(new TableColumn("goal").RightAligned().NoWrap()).AddColumn("beside");
            foreach (var limit in limits)
            {
                table.AddRow(limit.Name, $"{limit.Value:#,0.##} {limit.Unit}", $"{(limit.AtLeast ? "at least" : "at most")} {limit.Goal:#,0.##}", limit.Beside);
            }

            AnsiConsole.Write(table);
        }
    }

    private static void Row(Table table, string name, Measured run) =>
        table.AddRow(name, $"{run.PerSecond:N0}", $"{run.CpuMilliseconds:0.000}", $"{run.AllocatedKilobytes:0.0}", run.P50?.ToString("0.0") ?? "", run.P99?.ToString("0.0") ?? "");

    private static object Plain(Figure figure) => new
    {
        name = figure.Name,
        count = figure.Count,
        product = Plain(Measured.Median([.. figure.ProductRuns])),
        reference = Plain(Measured.Median([.. figure.ReferenceRuns])),
        ratio = Math.Round(figure.Ratio, 3),
        ratioMeans = figure.Kind is GoalKind.AtLeast ? "product rate by reference rate" : "times slower than the reference",
        goal = figure.GoalText,
    };

    private static object Plain(Limit limit) => new
    {
        name = limit.Name,
        value = Math.Round(limit.Value, 3),
        unit = limit.Unit,
        goal = $"{(limit.AtLeast ? "at least" : "at most")} {limit.Goal}",
        beside = limit.Beside,
    };

    private static object Plain(Measured run) => new
    {
        perSecond = Math.Round(run.PerSecond, 1),
        cpuMilliseconds = Math.Round(run.CpuMilliseconds, 4),
        allocatedKilobytes = Math.Round(run.AllocatedKilobytes, 1),
        p50Milliseconds = Rounded(run.P50),
        p99Milliseconds = Rounded(run.P99),
    };

    private static double? Rounded(double? value) => value is { } number ? Math.Round(number, 2) : null;
}
