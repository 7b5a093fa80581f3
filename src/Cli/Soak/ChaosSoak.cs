using System.Diagnostics;

namespace Sovereignty.Cli.Soak;

/// <summary>The chaos test of <c>tests/Chaos.Tests</c>, for longer, and shown as it goes.</summary>
internal static class ChaosSoak
{
    private const string Test = "FullyQualifiedName~ChaosTests.ChaosTests.";
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    public static async Task<int> Run(int seconds, int seed)
    {
        if (!File.Exists(TestAssembly()))
        {
            throw new PlatformException("The chaos test is not built. Run it with ./sov soak chaos, which builds it.");
        }

        var report = Path.GetTempFileName();
        try
        {
            return await Run(seconds, seed, report);
        }
        finally
        {
            File.Delete(report);
        }
    }

    private static async Task<int> Run(int seconds, int seed, string report)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", ["test", TestAssembly(), "--filter", Test, "--logger", "console;verbosity=minimal"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["CHAOS_SECONDS"] = $"{seconds}", ["CHAOS_SEED"] = $"{seed}", ["CHAOS_REPORT"] = report },
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var lines = new StreamReader(new FileStream(report, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        using var tick = new PeriodicTimer(Interval);
        while (!process.HasExited)
        {
            await tick.WaitForNextTickAsync();
            await Show(lines);
        }

        await process.WaitForExitAsync();
        await Show(lines);
        if (process.ExitCode != 0)
        {
            Console.Error.WriteLine($"The soak failed:{Environment.NewLine}{await error}{await output}");
            return 1;
        }

        return 0;
    }

    private static async Task Show(StreamReader lines) => Console.Write(await lines.ReadToEndAsync());

    private static string TestAssembly()
    {
        var own = AppContext.BaseDirectory;
        return Path.GetFullPath(Path.Combine(own, "../../../../../tests/Chaos.Tests/bin", own.Contains("/Debug/", StringComparison.Ordinal) ? "Debug" : "Release", "net10.0/Sovereignty.Chaos.Tests.dll"));
    }
}
