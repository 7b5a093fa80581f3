using System.Diagnostics;

namespace Sovereignty.Cli.Soak;

/// <summary>A test of this repository run for longer than in the test run, and shown as it goes.</summary>
/// <param name="project">The test project.</param>
/// <param name="filter">The test.</param>
/// <param name="reportVariable">The environment variable that tells the test which file to write its lines to.</param>
internal sealed class FollowedTest(string project, string filter, string reportVariable)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>0 where the test passed, 1 else.</summary>
    public async Task<int> Run(IReadOnlyDictionary<string, string> settings)
    {
        if (!File.Exists(Assembly))
        {
            throw new PlatformException("The test is not built. Run it with ./sov soak, which builds it.");
        }

        var report = Path.GetTempFileName();
        try
        {
            return await Run(settings, report);
        }
        finally
        {
            File.Delete(report);
        }
    }

    private async Task<int> Run(IReadOnlyDictionary<string, string> settings, string report)
    {
        var start = new ProcessStartInfo("dotnet", ["test", Assembly, "--filter", filter, "--logger", "console;verbosity=minimal"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { [reportVariable] = report },
        };
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
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

    private string Assembly
    {
        get
        {
            var own = AppContext.BaseDirectory;
            var configuration = own.Contains("/Debug/", StringComparison.Ordinal) ? "Debug" : "Release";
            return Path.GetFullPath(Path.Combine(own, $"../../../../../tests/{project}/bin", configuration, $"net10.0/Sovereignty.{project}.dll"));
        }
    }
}
