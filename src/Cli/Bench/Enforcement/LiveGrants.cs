using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sovereignty.Cli.Access;
using Sovereignty.Cli.Demo;
using Sovereignty.Client;
using Sovereignty.Contracts.Data;

namespace Sovereignty.Cli.Bench.Enforcement;

/// <summary>A platform service with the client in it, and grants that were asked for and approved: data number n by request number n.</summary>
internal sealed class LiveGrants : IAsyncDisposable
{
    private const int AtOnce = 8;
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    private readonly IHost _host;
    private readonly string[] _data;

    private LiveGrants(IHost host, string token, string[] data, Guid[] requests)
    {
        (_host, Token, _data, Requests) = (host, token, data, requests);
    }

    public string Token { get; }

    public IReadOnlyList<Guid> Requests { get; }

    private SovereigntyClient Sovereignty => _host.Services.GetRequiredService<SovereigntyClient>();

    public static async Task<LiveGrants> Prepare(Platform platform, int count, CancellationToken cancellationToken)
    {
        using var http = platform.CreateClient();
        var token = await platform.Token(http, "platform-service", ttl: null);
        var host = Build(platform, token);
        await host.StartAsync(cancellationToken);
        var data = Enumerable.Range(0, count).Select(number => $"bench-{Guid.NewGuid().ToString("N")[..8]}-{number:000}").ToArray();
        var requests = new Guid[count];
        using var requester = await Person.SignIn(platform, "requester");
        using var approver = await Person.SignIn(platform, "approver-de");
        var sovereignty = host.Services.GetRequiredService<SovereigntyClient>();
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (number, cancellation) =>
        {
            var decision = await sovereignty.SubmitAsync(
                new() { DataId = data[number], DataType = "customer-profile", Classification = "identity", OriginCountry = "DE", PrimaryRegion = "eu-central-1" }, cancellation);
            if (decision.Outcome is not (DecisionOutcome.Allow or DecisionOutcome.AllowWithObligations))
            {
                throw new PlatformException($"The data was not admitted: {decision.Code}.");
            }

            var request = await requester.Ask(Wanted(data[number]));
            var routed = await requester.Checked(request.RequestId);
            if (routed.State == "awaiting-approval" && (await approver.Say("approve", request.RequestId, "Needed for the ticket.")).Request is null)
            {
                throw new PlatformException("An approval was refused.");
            }

            requests[number] = request.RequestId;
        });
        var live = new LiveGrants(host, token, data, requests);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(LongestWait);
        while (!Enumerable.Range(0, count).All(number => live.Allows(number)))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), patience.Token);
        }

        return live;
    }

    /// <summary>Whether the grant for data number n is in force, as a check in process says.</summary>
    public bool Allows(int number) => Sovereignty.Check("requester", _data[number], "us-east-1", "customer-support", "read").Allowed;

    public int Held => Sovereignty.Grants;

    public object Question(int number) => new { Subject = "requester", DataId = _data[number], Region = "us-east-1", Purpose = "customer-support", Action = "read" };

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    private static IHost Build(Platform platform, string token)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Logging.ClearProviders();
        var authority = X509CertificateLoader.LoadCertificateFromFile(platform.Authority);
        builder.Services.AddSovereignty(options =>
        {
            options.Name = "bench";
            options.TenantId = "acme";
            options.Gateway = platform.Gateway;
            options.Broker = platform.Amqp["platform-service"];
            options.Token = _ => ValueTask.FromResult(token);
        }).ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
        {
            SslOptions = new()
            {
                CertificateChainPolicy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { authority }, RevocationMode = X509RevocationMode.NoCheck },
            },
        });
        return builder.Build();
    }

    private static AccessWanted Wanted(string dataId) => new()
    {
        DataId = dataId,
        SourceRegion = "eu-central-1",
        TargetRegion = "us-east-1",
        TargetCountry = "US",
        Purpose = "customer-support",
        Justification = "Ticket 4711: the customer asks for help.",
        Duration = "PT1H",
        Mechanism = new() { Kind = Contracts.Access.TransferMechanismKind.Scc, Reference = "SCC-2026-17", ValidUntil = TimeProvider.System.GetUtcNow().AddYears(1) },
    };
}
