using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sovereignty.Contracts.Access;

namespace Sovereignty.Cli.Access;

/// <summary>A decision as a command on the broker, as a service of the platform would pass it on for the approver.</summary>
internal static class BrokerDecision
{
    private static readonly TimeSpan PublishLimit = TimeSpan.FromSeconds(10);

    public static async Task Publish(Platform platform, AccessClient client, Guid request, WantedDecision wanted)
    {
        var proof = await client.Prove(request, wanted.Decision, wanted.Duration);
        try
        {
            using var host = await Bus.Start(platform.Amqp["platform-service"], "approver-client", _ => { }, LogLevel.None, PublishLimit);
            using var limit = new CancellationTokenSource(PublishLimit);
            await Publish(host.Services.GetRequiredService<IBus>(), request, wanted, proof, limit.Token);
            await host.StopAsync();
        }
        catch (MassTransitException exception)
        {
            throw new PlatformException($"The broker did not take the command: {exception.Message}");
        }
        catch (OperationCanceledException)
        {
            throw new PlatformException($"The broker did not confirm the command within {PublishLimit.TotalSeconds:0} s: it is away, or does not let platform-service publish it.");
        }
    }

    public static Task Publish(IBus bus, Guid request, WantedDecision wanted, string proof, CancellationToken cancellationToken) =>
        wanted.Decision == ApprovalDecision.Approve
            ? bus.Publish(new ApproveAccess { RequestId = request, Reason = wanted.Reason, Duration = wanted.Duration, Proof = proof }, cancellationToken)
            : bus.Publish(new RejectAccess { RequestId = request, Reason = wanted.Reason, Proof = proof }, cancellationToken);
}
