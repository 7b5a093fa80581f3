using MassTransit;
using Microsoft.Extensions.Hosting;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Data;

namespace Sovereignty.Cli.Bench;

/// <summary>Asks the reference: the same message as DataCreated, on exchanges of its own.</summary>
public sealed record BenchAsked
{
    public required DataCreated Data { get; init; }
}

/// <summary>The reference's answer: the same message as a decision.</summary>
public sealed record BenchAnswered
{
    public required DataAdmitted Answer { get; init; }
}

/// <summary>Bare MassTransit: consumes and publishes on a quorum queue, decides nothing, stores nothing.</summary>
internal sealed class ReferenceService : IConsumer<BenchAsked>
{
    public const string Queue = "bench.reference";

    public Task Consume(ConsumeContext<BenchAsked> context) =>
        context.Publish(new BenchAnswered { Answer = Answer(context.Message.Data) });

    public static async Task<int> Run(CancellationToken cancellation)
    {
        using var host = await Bus.Start(Platform.Load().Amqp["operator"], "bench-reference", bus =>
        {
            bus.DeployPublishTopology = true;
            bus.Publish<BenchAnswered>();
            bus.ReceiveEndpoint(Queue, endpoint =>
            {
                endpoint.SetQuorumQueue();
                endpoint.PrefetchCount = 800;
                endpoint.ConcurrentMessageLimit = 400;
                endpoint.Consumer<ReferenceService>();
            });
        });
        Console.WriteLine("ready");
        await host.WaitForShutdownAsync(cancellation);
        return 0;
    }

    private static DataAdmitted Answer(DataCreated data) =>
        new()
        {
            OccurredAt = data.OccurredAt,
            TenantId = data.TenantId,
            Actor = Actor.Service("bench"),
            DataId = data.DataId,
            Decision = new()
            {
                DataId = data.DataId,
                TenantId = data.TenantId,
                Outcome = DecisionOutcome.AllowWithObligations,
                Code = ReasonCodes.Compliant,
                Message = "Every copy lies where the policy allows it.",
                PolicyId = Guid.Empty,
                PolicyVersion = 1,
                Epoch = 1,
                InputHash = new string('0', 64),
                Obligations = new() { Encryption = Requirement.Required, AuditLog = Requirement.Required, Retention = new() { Least = "P7Y" }, PersonalData = PersonalDataHandling.Strict, CrossBorder = CrossBorderRule.Restricted },
                AllowedReplicaRegions = data.ReplicaRegions,
            },
        };
}
