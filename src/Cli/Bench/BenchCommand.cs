using System.CommandLine;
using Sovereignty.Cli.Bench.Enforcement;

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
        var only = new Option<string?>("--only") { Description = "Just one: lists (with many requests), saga (requests per second), check (in process, needs no platform), http (at the service), revoke (until a check refuses)" };
        only.AcceptOnlyFromAmong(["lists", "saga", .. EnforcementBench.Names]);
        var requests = new Option<int>("--requests") { Description = "With --only saga: requests in each run", DefaultValueFactory = _ => 1_000 };
        var grants = new Option<int>("--grants") { Description = "With --only http: active grants to measure beside", DefaultValueFactory = _ => 1_000 };
        var rate = new Option<int>("--rate") { Description = "With --only http: checks offered in a second", DefaultValueFactory = _ => 2_000 };
        var seconds = new Option<int>("--seconds") { Description = "With --only http: for how long", DefaultValueFactory = _ => 10 };
        var revokes = new Option<int>("--revokes") { Description = "With --only revoke: how many", DefaultValueFactory = _ => 200 };
        var access = new Command("access", "Requests, inbox, lists and checks, with few finished requests and with many") { json, samples, history, only, requests, rounds, grants, rate, seconds, revokes };
        access.SetAction((arguments, cancellation) => arguments.GetValue(only) switch
        {
            null or "lists" => AccessBench.Run(arguments.GetValue(samples), arguments.GetValue(history), arguments.GetValue(json), cancellation),
            "saga" => SagaBench.Run(arguments.GetValue(requests), arguments.GetValue(rounds), arguments.GetValue(json), cancellation),
            var part => EnforcementBench.Run(part, new(arguments.GetValue(grants), arguments.GetValue(rate), arguments.GetValue(seconds), arguments.GetValue(revokes)), arguments.GetValue(json), cancellation),
        });
        var bare = new Command("bare-endpoint", "The endpoint that checks over HTTP are measured beside") { Hidden = true };
        bare.SetAction((_, cancellation) => BareEndpoint.Run(cancellation));
        var reference = new Command("reference-service", "The bare MassTransit service that the pipeline is measured beside") { Hidden = true };
        reference.SetAction((_, cancellation) => ReferenceService.Run(cancellation));
        return new Command("bench", "Benchmarks; each prints its reference from the same run") { pipeline, MessagingBench.Create(), AuditBench.Create(), PolicyBench.Create(), access, bare, reference };
    }
}
