using BenchmarkDotNet.Engines;
using BenchmarkDotNet.Reports;

namespace Sovereignty.Policy.Bench.Table;

/// <summary>Nanoseconds a decision, as the time of a batch divided by its decisions; percentiles are of batches, none left out.</summary>
internal sealed record Figure(string Name, int Policies, int Batches, double Median, double P90, double P99, double Slowest, double AllocatedBytes, bool IsReference)
{
    public static Figure Of(BenchmarkReport report)
    {
        var benchmark = report.BenchmarkCase;
        var sorted = report.AllMeasurements
            .Where(measurement => measurement.IterationMode is IterationMode.Workload && measurement.IterationStage is IterationStage.Actual)
            .Select(measurement => measurement.Nanoseconds / measurement.Operations)
            .Order()
            .ToArray();
        var policies = (int)benchmark.Parameters["Policies"];
        return new(
            benchmark.Descriptor.WorkloadMethodDisplayInfo.Trim('\''),
            policies,
            sorted.Length,
            At(sorted, 0.5),
            At(sorted, 0.9),
            At(sorted, 0.99),
            sorted[^1],
            report.GcStats.GetBytesAllocatedPerOperation(benchmark) ?? 0,
            benchmark.Descriptor.Type != typeof(TableBenchmarks));
    }

    private static double At(double[] sorted, double share) => sorted[(int)Math.Ceiling(share * sorted.Length) - 1];
}
