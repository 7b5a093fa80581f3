using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sovereignty.Client;
using Sovereignty.Contracts.Access;
using Sovereignty.Testing;

namespace Sovereignty.AccessService.Tests.Enforce;

/// <summary>A platform service with the client in it, as integrators build it.</summary>
internal sealed class Enforcer : IAsyncDisposable
{
    private readonly IHost _host;

    private Enforcer(IHost host)
    {
        _host = host;
    }

    public SovereigntyClient Sovereignty => _host.Services.GetRequiredService<SovereigntyClient>();

    public static async Task<Enforcer> Start(RunningAccessService service, Action<SovereigntyOptions>? configure = null, DelegatingHandler? network = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(service.Time);
        builder.Services.AddSovereignty(options =>
        {
            options.Gateway = new("http://gateway");
            options.TenantId = "acme";
            options.Token = _ => ValueTask.FromResult(service.Client(Person.PlatformService).DefaultRequestHeaders.Authorization!.Parameter!);
            configure?.Invoke(options);
        }).AddHttpMessageHandler(() => network ?? new Whereabouts(service));
        var host = builder.Build();
        await host.StartAsync();
        return new(host);
    }

    public AccessAnswer Check(Life life, string action = "read") => Sovereignty.Check("requester", life.DataId, "us-east-1", "customer-support", action);

    public Task Answers(Life life, string code, TimeSpan? limit = null) =>
        Eventually.True(() => Check(life).Code == code, $"the check answers {code}", limit);

    public Task<UseAnswer> Use(Life life, string? useId = null, long? records = null) =>
        Sovereignty.UseAsync(new("requester", life.DataId, "us-east-1", "customer-support", "read", records), useId);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}

/// <summary>Finds the service where it is now: it has another port after each start.</summary>
internal class Whereabouts(RunningAccessService service) : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            var address = service.Client(Person.PlatformService).BaseAddress!;
            request.RequestUri = new UriBuilder(request.RequestUri!) { Host = address.Host, Port = address.Port }.Uri;
        }
        catch (ObjectDisposedException)
        {
            throw new HttpRequestException("The service is stopped.");
        }

        return base.SendAsync(request, cancellationToken);
    }
}

/// <summary>A network that loses answers: what was sent arrives, and nothing comes back.</summary>
internal sealed class LosesAnswers(RunningAccessService service, string path, int count) : Whereabouts(service)
{
    private int _left = count;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        if (request.RequestUri!.AbsolutePath == path && Interlocked.Decrement(ref _left) >= 0)
        {
            throw new HttpRequestException("The connection broke.");
        }

        return response;
    }
}
