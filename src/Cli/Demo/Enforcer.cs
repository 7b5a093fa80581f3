using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sovereignty.Client;

namespace Sovereignty.Cli.Demo;

/// <summary>A platform service that checks in its own process, from its copy of the grants.</summary>
internal sealed class Enforcer(IHost host) : IAsyncDisposable
{
    private readonly SovereigntyClient _client = host.Services.GetRequiredService<SovereigntyClient>();

    public static async Task<Enforcer> Start(Platform platform)
    {
        string token;
        using (var http = platform.CreateClient())
        {
            token = await platform.Token(http, "platform-service", ttl: null);
        }

        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSovereignty(options =>
        {
            options.Gateway = platform.Gateway;
            options.TenantId = "acme";
            options.Token = _ => ValueTask.FromResult(token);
        }).ConfigurePrimaryHttpMessageHandler(platform.CreateHandler);
        var host = builder.Build();
        await host.StartAsync();
        return new(host);
    }

    public AccessAnswer Check(Person user, AccessWanted wanted) => _client.Check(user.Name, wanted.DataId, wanted.TargetRegion, wanted.Purpose, wanted.Actions[0]);

    /// <summary>Waits until the check answers so.</summary>
    /// <returns>The answer, and how long a check took of many.</returns>
    public async Task<(string Code, double Nanoseconds)> Until(string code, Person user, AccessWanted wanted)
    {
        const int Times = 100_000;
        var answer = await Wait.For(() => Task.FromResult(Check(user, wanted)), found => found.Code == code);
        var begun = Stopwatch.GetTimestamp();
        for (var time = 0; time < Times; time++)
        {
            _ = Check(user, wanted);
        }

        return (answer.Code, Stopwatch.GetElapsedTime(begun).TotalNanoseconds / Times);
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
    }
}
