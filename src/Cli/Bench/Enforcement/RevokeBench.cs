using System.Diagnostics;
using System.Text.Json;
using Sovereignty.Cli.Demo;
using Spectre.Console;

namespace Sovereignty.Cli.Bench.Enforcement;

/// <summary>From a revoke, through gateway, saga, feed and client, until a check in another process refuses; beside what a revoke itself takes.</summary>
internal static class RevokeBench
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    public static async Task<int> Run(EnforcementPlan plan, bool json, CancellationToken cancellationToken)
    {
        var platform = Platform.Load();
        await using var live = await LiveGrants.Prepare(platform, plan.Revokes, cancellationToken);
        using var officer = await Person.SignIn(platform, "compliance-officer");
        var (answers, fromAnswer, fromSending) = (new List<TimeSpan>(), new List<TimeSpan>(), new List<TimeSpan>());
        for (var number = 0; number < plan.Revokes; number++)
        {
            var sent = Stopwatch.GetTimestamp();
            var refused = Task.Run(() => Refused(live, number, cancellationToken), cancellationToken);
            if ((await officer.Say("revoke", live.Requests[number], "Bench of revokes.")).Request is null)
            {
                throw new PlatformException("A revoke was refused.");
            }

            var answered = Stopwatch.GetTimestamp();
            var at = await refused;
            answers.Add(Stopwatch.GetElapsedTime(sent, answered));
            fromSending.Add(Stopwatch.GetElapsedTime(sent, at));
            fromAnswer.Add(at > answered ? Stopwatch.GetElapsedTime(answered, at) : TimeSpan.Zero);
        }

        Print(plan, live.Held, Latencies.Of(answers), Latencies.Of(fromAnswer), Latencies.Of(fromSending), json);
        return 0;
    }

    /// <summary>When a check refuses, looked at often enough to tell to the millisecond, without keeping a processor busy.</summary>
    private static async Task<long> Refused(LiveGrants live, int number, CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        while (live.Allows(number))
        {
            if (Stopwatch.GetElapsedTime(begun) > LongestWait)
            {
                throw new PlatformException("A revoke never reached the client.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(1), cancellationToken);
        }

        return Stopwatch.GetTimestamp();
    }

    private static void Print(EnforcementPlan plan, int held, Latencies answers, Latencies fromAnswer, Latencies fromSending, bool json)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new { bench = "access-revoke", plan.Revokes, held, processors = Environment.ProcessorCount, milliseconds = new { fromAnswer, fromSending, answers } }, JsonSerializerOptions.Web));
            return;
        }

        Console.WriteLine($"{plan.Revokes:N0} revokes, one after the other, with {held:N0} grants held in process, in ms; {Environment.ProcessorCount} processors shared by all.");
        Console.WriteLine("Goal, from the answer to the revoke until a check in process refuses: p99 at most 200 ms.");
        var table = new Table().RoundedBorder().AddColumn("").AddColumn("p50").AddColumn("p99");
        table.AddRow("revoke answered, until refused", $"{fromAnswer.P50:0.0}", $"{fromAnswer.P99:0.0}");
        table.AddRow("revoke sent, until refused", $"{fromSending.P50:0.0}", $"{fromSending.P99:0.0}");
        table.AddRow("revoke sent, until answered", $"{answers.P50:0.0}", $"{answers.P99:0.0}");
        AnsiConsole.Write(table);
    }
}
