using System.Diagnostics;

namespace Sovereignty.Cli.Bench;

/// <summary>A bench that is a program of its own, built beside this one.</summary>
internal static class BenchProgram
{
    public static async Task<int> Run(string project, string[] arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo("dotnet", [PathOf(project), .. arguments]);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    private static string PathOf(string project)
    {
        var own = AppContext.BaseDirectory;
        var configuration = own.Contains("/Debug/", StringComparison.Ordinal) ? "Debug" : "Release";
        return Path.GetFullPath(Path.Combine(own, $"../../../../../bench/{project}/bin", configuration, $"net10.0/Sovereignty.{project}.dll"));
    }
}
