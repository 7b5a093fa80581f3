using System.Net;
using System.Net.Sockets;

namespace Sovereignty.AppHost.Tests;

public sealed class PortMemoryTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sov-test-");

    private string Ports => Path.Combine(_folder.FullName, "ports.json");

    [Fact]
    public void A_port_is_remembered()
    {
        var first = new PortMemory(Ports).Get("gateway");

        Assert.Equal(first, new PortMemory(Ports).Get("gateway"));
    }

    [Fact]
    public void Two_parts_get_two_ports()
    {
        var memory = new PortMemory(Ports);

        Assert.Equal(30, Enumerable.Range(0, 30).Select(part => memory.Get($"part-{part}")).Distinct().Count());
    }

    [Fact]
    public void A_port_that_something_else_took_is_chosen_again()
    {
        var first = new PortMemory(Ports).Get("gateway");
        using var other = new TcpListener(IPAddress.Loopback, first);
        other.Start();

        var second = new PortMemory(Ports).Get("gateway");

        Assert.NotEqual(first, second);
        Assert.Equal(second, new PortMemory(Ports).Get("gateway"));
    }

    [Fact]
    public void While_the_parts_run_their_ports_stay()
    {
        var first = new PortMemory(Ports).Get("gateway");
        using var gateway = new TcpListener(IPAddress.Loopback, first);
        gateway.Start();

        Assert.Equal(first, new PortMemory(Ports, keep: true).Get("gateway"));
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
