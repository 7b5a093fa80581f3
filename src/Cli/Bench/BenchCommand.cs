using System.CommandLine;

namespace Sovereignty.Cli.Bench;

internal static class BenchCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print figures for machines" };
        var count = new Option<int>("--count") { Description = "Messages in each run", DefaultValueFactory = _ => 20_000 };
        var rounds = new Option<int>("--rounds") { Description = "Alternating runs of each side", DefaultValueFactory = _ => 3 };
        var pipeline = new Command("pipeline", "DataCreated to decision, durable on both sides, beside bare MassTransit") { json, count, rounds };
        pipeline.SetAction((arguments, _) => PipelineBench.Run(arguments.GetValue(count), arguments.GetValue(rounds), arguments.GetValue(json)));
        var samples = new Option<int>("--samples") { Description = "Measurements of each kind", DefaultValueFactory = _ => 200 };
        var history = new Option<int>("--history") { Description = "Finished requests to measure beside", DefaultValueFactory = _ => 100_000 };
        var access = new Command("access", "Requests, inbox, lists and checks, with few finished requests and with many") { json, samples, history };
        access.SetAction((arguments, cancellation) => AccessBench.Run(arguments.GetValue(samples), arguments.GetValue(history), arguments.GetValue(json), cancellation));
        var reference = new Command("reference-service", "The bare MassTransit service that the pipeline is measured beside") { Hidden = true };
        reference.SetAction((_, cancellation) => ReferenceService.Run(cancellation));
        return new Command("bench", "Benchmarks; each prints its reference from the same run") { pipeline, MessagingBench.Create(), PolicyBench.Create(), access, reference };
    }
}
