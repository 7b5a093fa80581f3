using System.Diagnostics;
using System.Text.Json;
using Sovereignty.Client;
using Spectre.Console;

namespace Sovereignty.Cli.Bench.Enforcement;

/// <summary>Checks in process, each timed for itself, beside a bare dictionary of as many entries and beside nothing at all.</summary>
internal static class CheckBench
{
    private const int Questions = 500_000;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    public static int Run(bool json)
    {
        var figures = new List<Figure> { Time("nothing (the stopwatch)", 0, new int[Questions], _ => 0, _ => true) };
        foreach (var grants in new[] { 1_000, 1_000_000 })
        {
            figures.AddRange(Measure(grants));
        }

        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new { bench = "access-check", processors = Environment.ProcessorCount, load = Load(), figures }, JsonSerializerOptions.Web));
            return 0;
        }

        Console.WriteLine($"{Questions:N0} of each on one thread, in random order, each timed for itself; the stopwatch's own time is in every figure. {Environment.ProcessorCount} processors, load average {Load()}.");
        Console.WriteLine("Goal for the check with 1,000,000 grants: median at most 500 ns, p99 at most 5,000 ns, nothing allocated.");
        var table = new Table().RoundedBorder().AddColumn("ns");
        foreach (var header in new[] { "entries", "median", "p90", "p99", "bytes each", "allowed", "MB held" })
        {
            table.AddColumn(new TableColumn(header).RightAligned());
        }

        foreach (var figure in figures)
        {
            table.AddRow(figure.What, $"{figure.Entries:N0}", $"{figure.Median:N0}", $"{figure.P90:N0}", $"{figure.P99:N0}", $"{figure.BytesEach:0.##}", $"{figure.Allowed:P0}", figure.Megabytes is { } held ? $"{held:N0}" : "");
        }

        AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, 110);
        AnsiConsole.Write(table);
        return 0;
    }

    private static IEnumerable<Figure> Measure(int grants)
    {
        var world = new GrantWorld(grants, TimeProvider.System.GetUtcNow());
        var questions = world.Questions(Questions);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var replica = new GrantReplica(TimeProvider.System, TimeSpan.FromHours(1));
        replica.Replace(world.Table(), replica.Now());
        var megabytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / 1e6;
        yield return Time("check", grants, questions, question => question.GetHashCode(), question => replica.Check(question).Allowed) with { Megabytes = Math.Round(megabytes) };

        var bare = questions.Select(question => question.DataId).Concat(Enumerable.Range(0, grants).Select(number => $"other-{number:0000000000}")).Distinct().Take(grants)
            .ToDictionary(key => new string(key.AsSpan()), key => key);
        yield return Time("bare dictionary look-up", grants, questions, question => question.GetHashCode(), question => bare.ContainsKey(question.DataId));
        GC.KeepAlive(replica);
    }

    /// <param name="touch">Reads a question just before it is asked: a service has it from a request, fresh in the processor's cache.</param>
    private static Figure Time<T>(string what, int entries, T[] questions, Func<T, int> touch, Func<T, bool> ask)
    {
        var justRead = 0;
        for (var (begun, index) = (Stopwatch.GetTimestamp(), 0); Stopwatch.GetElapsedTime(begun) < WarmUp; index = (index + 1) % questions.Length)
        {
            justRead += touch(questions[index]) + (ask(questions[index]) ? 1 : 0);
        }

        GC.Collect();
        var (ticks, allowed, before) = (new long[questions.Length], 0, GC.GetAllocatedBytesForCurrentThread());
        for (var index = 0; index < questions.Length; index++)
        {
            justRead += touch(questions[index]);
            var begun = Stopwatch.GetTimestamp();
            var yes = ask(questions[index]);
            ticks[index] = Stopwatch.GetTimestamp() - begun;
            allowed += yes ? 1 : 0;
        }

        GC.KeepAlive(justRead);
        var bytes = GC.GetAllocatedBytesForCurrentThread() - before - ((long)questions.Length * sizeof(long));
        Array.Sort(ticks);
        return new(what, entries, At(0.50), At(0.90), At(0.99), Math.Round(Math.Max(0, bytes) / (double)questions.Length, 2), Math.Round((double)allowed / questions.Length, 3));

        double At(double share) => Math.Round(ticks[(int)Math.Ceiling(share * ticks.Length) - 1] * 1e9 / Stopwatch.Frequency);
    }

    private static string Load() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";

    private sealed record Figure(string What, int Entries, double Median, double P90, double P99, double BytesEach, double Allowed, double? Megabytes = null);
}
