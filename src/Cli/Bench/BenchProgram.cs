using System.Diagnostics;

namespace Sovereignty.Cli.Bench;

/// <summary>A bench that is a program of its own, built beside this one.</summary>
internal static class BenchProgram
{
    public static async Task<int> Run(string project, string[] arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        using var process = Process.Start(Prepare(project, arguments, environment))!;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    /// <summary>Runs it and takes what it prints.</summary>
    public static async Task<string> Read(string project, string[] arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = Prepare(project, arguments, environment);
        start.RedirectStandardOutput = true;
        using var process = Process.Start(start)!;
        var text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? text : throw new PlatformException($"{project} ended with {process.ExitCode}.");
    }

    private static ProcessStartInfo Prepare(string project, string[] arguments, IReadOnlyDictionary<string, string>? environment)
    {
        var start = new ProcessStartInfo("dotnet", [PathOf(project), .. arguments]);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return start;
    }

    private static string PathOf(string project)
    {
        var own = AppContext.BaseDirectory;
        var configuration = own.Contains("/Debug/", StringComparison.Ordinal) ? "Debug" : "Release";
        return Path.GetFullPath(Path.Combine(own, $"../../../../../bench/{project}/bin", configuration, $"net10.0/Sovereignty.{project}.dll"));
    }
}
