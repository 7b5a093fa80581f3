using Sovereignty.AppHost.Native;

namespace Sovereignty.AppHost.Tests;

public class ResourceGraphTests
{
    private readonly ExecutableResource _server = Resource("server");
    private readonly ExecutableResource _migration = Resource("migration");
    private readonly ExecutableResource _service = Resource("service");
    private readonly ExecutableResource _other = Resource("other");

    public ResourceGraphTests()
    {
        _migration.Waits.Add((_server, WaitKind.Healthy));
        _service.Waits.Add((_migration, WaitKind.Completed));
    }

    [Fact]
    public void Every_resource_comes_after_all_it_waits_for() =>
        Assert.Equal([_server, _migration, _service, _other], ResourceGraph.Order([_service, _migration, _other, _server]));

    [Fact]
    public void Resources_that_wait_for_each_other_are_named()
    {
        _server.Waits.Add((_service, WaitKind.Healthy));

        var error = Assert.Throws<InvalidOperationException>(() => ResourceGraph.Order([_server, _migration, _service]));

        Assert.Contains("server -> service -> migration -> server", error.Message);
    }

    [Fact]
    public void Some_parts_bring_along_what_they_need_and_nothing_else() =>
        Assert.Equal([_server, _migration], ResourceGraph.Only([_service, _migration, _other, _server], ["migration"]));

    [Fact]
    public void An_unknown_part_is_refused_by_name() =>
        Assert.Contains("nobody", Assert.Throws<ArgumentException>(() => ResourceGraph.Only([_server], ["server", "nobody"])).Message);

    [Fact]
    public void What_is_waited_for_to_complete_runs_to_completion()
    {
        Assert.True(ResourceGraph.RunsToCompletion(_migration, [_service, _migration]));
        Assert.False(ResourceGraph.RunsToCompletion(_server, [_service, _migration]));
    }

    private static ExecutableResource Resource(string name) => new(name, "true", "/", []);
}
