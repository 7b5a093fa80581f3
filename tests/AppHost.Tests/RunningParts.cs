using System.Diagnostics;
using System.Text.Json;
using Sovereignty.AppHost.Native;

namespace Sovereignty.AppHost.Tests;

/// <summary>The real broker and database, run by the host program as any other test project can run them.</summary>
public sealed class RunningParts : IAsyncLifetime
{
    private readonly TemporaryState _state = new();

    internal StateFolder Folder => _state.Folder;

    internal IReadOnlyList<LiveProcess> Processes => _state.Processes;

    public async Task InitializeAsync()
    {
        var (exitCode, _, error) = await Host("up", "--detach", "--only", "rabbit,postgres");
        Assert.True(exitCode == 0, error);
    }

    public async Task DisposeAsync()
    {
        await Host("down");
        await _state.DisposeAsync();
    }

    internal async Task<string> Line(params string[] arguments)
    {
        var (exitCode, output, error) = await Host(arguments);
        Assert.True(exitCode == 0, error);
        return output.Trim();
    }

    internal async Task<Status> Status() =>
        JsonSerializer.Deserialize<Status>(await Line("status", "--json"), JsonSerializerOptions.Web)!;

    internal async Task<LiveProcess> Process(string part) =>
        LiveProcess.Find((await Status()).Parts.Single(known => known.Name == part).Pid!.Value)!;

    internal async Task<(int ExitCode, string Output, string Error)> Host(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Commands).Assembly.Location, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["SOV_STATE"] = Folder.Path;
        using var process = System.Diagnostics.Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, error);
    }
}
