using System.Collections.Concurrent;
using Sovereignty.AppHost.Native;

namespace Sovereignty.AppHost.Tests;

public sealed class SupervisorTests : IAsyncLifetime
{
    private readonly TemporaryState _state = new();
    private readonly ConcurrentQueue<string> _reports = [];
    private readonly CancellationTokenSource _stop = new();

    [Fact]
    public async Task A_part_starts_only_after_what_it_waits_for_has_completed()
    {
        var mark = _state.Folder.File("migrated");
        var migration = Shell("migration", $"sleep 0.3; touch {mark}");
        var service = Shell("service", $"test -e {mark} && exec sleep 600");
        service.Waits.Add((migration, WaitKind.Completed));

        var running = Run(service, migration);
        await Ready(running);

        Assert.DoesNotContain(_reports, report => report.Contains("restarting"));
        Assert.Equal("service", Assert.Single(new StatusFile(_state.Folder).ReadStatus().Parts).Name);
        await Stop(running);
    }

    [Fact]
    public async Task A_killed_part_is_started_again_and_its_dependants_stay()
    {
        var server = Shell("server", "exec sleep 600");
        var client = Shell("client", "exec sleep 600");
        client.Waits.Add((server, WaitKind.Healthy));
        var running = Run(server, client);
        await Ready(running);
        var before = Pids();

        LiveProcess.Find(before["server"])!.Signal("KILL");

        await Eventually.True(() => Pids() is var now && now.GetValueOrDefault("server") is var pid && pid != 0 && pid != before["server"], "server runs again");
        Assert.Equal(before["client"], Pids()["client"]);
        await Stop(running);
    }

    [Fact]
    public async Task A_part_that_stops_answering_is_started_again()
    {
        var hang = _state.Folder.File("hang");
        var port = _state.Folder.Port("server");
        var server = new ExecutableResource("server", "node", "/", ["-e", $$"""
            require('http').createServer((request, response) => {
                if (!require('fs').existsSync('{{hang}}')) response.end();
            }).listen({{port}}, '127.0.0.1');
            """]);
        server.Endpoints.Add("http", new EndpointReference("http", port));
        server.Readiness = cancellation => Readiness.AcceptsConnections(port, cancellation);
        server.Liveness = new LivenessProbe(new HttpProbe(server, "/alive").Succeeds, TimeSpan.FromMilliseconds(400));
        var other = Shell("other", "exec sleep 600");
        var running = Run(server, other);
        await Ready(running);
        var before = Pids();

        await File.WriteAllTextAsync(hang, "");
        await Eventually.True(() => Pids()["server"] != before["server"], "the hung process is gone");
        File.Delete(hang);

        await Eventually.True(() => new StatusFile(_state.Folder).ReadStatus().Parts is [{ Health: "healthy" }, { Health: "healthy" }], "server answers again");
        Assert.Contains(_reports, report => report.EndsWith("server hung", StringComparison.Ordinal));
        Assert.Equal(before["other"], Pids()["other"]);
        await Stop(running);
    }

    [Fact]
    public async Task A_part_that_cannot_be_started_again_at_once_is_tried_until_it_can()
    {
        var starts = 0;
        var server = Shell("server", "exec sleep 600");
        server.Preparations.Add(_ => ++starts is > 1 and < 6 ? throw new IOException("not now") : Task.CompletedTask);
        var running = Run(server);
        await Ready(running);
        var before = Pids()["server"];

        LiveProcess.Find(before)!.Signal("KILL");

        await Eventually.True(() => starts == 6 && Pids()["server"] is not 0 and var now && now != before, "server runs again");
        await Stop(running);
    }

    [Fact]
    public async Task A_part_that_never_comes_up_ends_the_start_and_stops_the_others()
    {
        var good = Shell("good", "exec sleep 600");
        var bad = Shell("bad", "echo the reason; exit 3");

        Assert.Equal(1, await Run(good, bad));

        Assert.Contains(_reports, report => report.Contains("bad") && report.Contains("exit code 3"));
        Assert.Equal("the reason", File.ReadLines(_state.Folder.Log("bad")).First());
        Assert.Empty(_state.Processes);
    }

    [Fact]
    public async Task Dependants_stop_first()
    {
        var order = _state.Folder.File("order");
        var server = Shell("server", Trap("server"));
        var client = Shell("client", Trap("client"));
        client.Waits.Add((server, WaitKind.Healthy));
        foreach (var part in new[] { server, client })
        {
            part.Readiness = _ => Task.FromResult(File.Exists(_state.Folder.File($"{part.Name}-up")));
        }

        var running = Run(server, client);
        await Ready(running);

        await Stop(running);

        Assert.Equal(["client", "server"], File.ReadAllLines(order));

        string Trap(string name) =>
            $"trap 'echo {name} >>{order}; exit 0' TERM; touch {_state.Folder.File($"{name}-up")}; while :; do sleep 0.05; done";
    }

    public Task InitializeAsync()
    {
        _state.Folder.Folder("logs");
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _stop.CancelAsync();
        await _state.DisposeAsync();
    }

    private static ExecutableResource Shell(string name, string script) => new(name, "/bin/sh", "/", ["-c", script]);

    private Task<int> Run(params ProcessResource[] resources) =>
        new Supervisor(resources, _state.Folder, _reports.Enqueue, TimeProvider.System).Run(_stop.Token);

    private Task Ready(Task running) =>
        Eventually.True(() => running.IsCompleted || _reports.Any(report => report.StartsWith("ready", StringComparison.Ordinal)), "all parts are up");

    private async Task Stop(Task<int> running)
    {
        await _stop.CancelAsync();
        Assert.Equal(0, await running);
        Assert.Empty(_state.Processes);
    }

    private Dictionary<string, int> Pids() =>
        new StatusFile(_state.Folder).ReadStatus().Parts.ToDictionary(part => part.Name, part => part.Pid ?? 0);
}
