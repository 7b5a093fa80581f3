using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Engines;
using BenchmarkDotNet.Environments;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.NoEmit;
using Sovereignty.Evaluation;
using Sovereignty.Policy.Bench.Table;

namespace Sovereignty.Policy.Bench;

internal static class PolicyBench
{
    private const int Few = 10;
    private const int Many = 10_000;

    public static int Run(BenchPlan plan, bool json)
    {
        var load = Load();
        Figure[] figures =
        [
            .. Measure<TableBenchmarks>(plan.Batches, warmup: plan.Batches / 2),
            .. Measure<ReferenceBenchmarks>(plan.ReferenceBatches, warmup: plan.ReferenceBatches / 5),
        ];
        var swap = new SwapBench(Many).Run(plan.Swaps);
        ReevaluationFigure[] reevaluations = [ReevaluationBench.Run(plan.Placements, Few), ReevaluationBench.Run(plan.Placements, Many)];
        var hardware = new Hardware(
            string.Join("; ", HostEnvironmentInfo.GetCurrent().ToFormattedString().Select(line => line.Trim()).Where(line => line.Length > 0)),
            Environment.ProcessorCount,
            $"{load} before, {Load()} after");
        Report.Print(figures, swap, reevaluations, CountDifferences(), hardware, json);
        return 0;
    }

    private static IEnumerable<Figure> Measure<T>(int batches, int warmup)
    {
        var job = Job.Default
            .WithToolchain(new InProcessNoEmitToolchain(TimeSpan.FromMinutes(10), logOutput: false))
            .WithStrategy(RunStrategy.Monitoring)
            .WithInvocationCount(1)
            .WithUnrollFactor(1)
            .WithWarmupCount(warmup)
            .WithIterationCount(batches)
            .WithGcForce(false);
        var artifacts = Directory.CreateTempSubdirectory("policy-bench-");
        var config = ManualConfig.CreateEmpty()
            .AddJob(job)
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddLogger(NullLogger.Instance)
            .WithOptions(ConfigOptions.DisableLogFile)
            .WithArtifactsPath(artifacts.FullName);
        var reports = BenchmarkRunner.Run<T>(config).Reports;
        artifacts.Delete(recursive: true);
        return reports.Select(Figure.Of);
    }

    /// <summary>How many of the measured placements the table decides otherwise than the interpreter.</summary>
    private static int CountDifferences() => new[] { Few, Many }.Sum(policies =>
    {
        var snapshot = BenchWorld.Snapshot(policies);
        return BenchWorld.Pool(policies).Take(2_000).Count(placement =>
        {
            var (bare, whole) = (snapshot.Table.Decide(placement), Evaluator.Interpret(snapshot, placement));
            return (bare.Outcome, bare.Code, bare.Policy?.Id) != (whole.Outcome, whole.Code, whole.PolicyId);
        });
    });

    private static string Load() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";
}

/// <summary>What the figures were measured on.</summary>
internal sealed record Hardware(string Host, int Processors, string Load);
