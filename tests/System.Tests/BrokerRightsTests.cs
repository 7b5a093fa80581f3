using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Sovereignty.Contracts;

namespace Sovereignty.SystemTests;

/// <summary>Who may say what: every user of the broker against the exchange of every contract, on the running platform.</summary>
[Collection(nameof(PlatformFixture))]
public sealed class BrokerRightsTests(PlatformFixture platform)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);
    private static readonly string[] Services = ["region-service", "policy-service", "access-service", "audit-service"];

    public static TheoryData<string> Users => ["platform-service", .. Services];

    [Theory]
    [MemberData(nameof(Users))]
    public async Task A_user_publishes_its_own_contracts_and_is_refused_all_others_at_once(string user)
    {
        await platform.Healthy();
        var exchanges = await Declared();
        Assert.NotEmpty(exchanges);
        await using var connection = await platform.Connect(user);
        var wrong = new List<string>();
        foreach (var type in exchanges)
        {
            var refusal = await Publish(connection, $"{type.Namespace}:{type.Name}", user);
            if (MayPublish(user, type) != (refusal is null))
            {
                wrong.Add($"{type.Name}: {refusal ?? "taken"}");
            }
        }

        Assert.True(wrong.Count == 0, $"{user}: {string.Join(", ", wrong)}");
    }

    [Theory]
    [MemberData(nameof(Users))]
    public async Task A_user_cannot_speak_as_another(string user)
    {
        await using var connection = await platform.Connect(user);
        var own = user == "platform-service" ? "Sovereignty.Contracts.Data:DataCreated" : "Sovereignty.Contracts.Operations:MessageInspected";
        var other = Services.First(service => service != user);
        Assert.Contains("PRECONDITION_FAILED", await Publish(connection, own, other));
    }

    [Theory]
    [InlineData("platform-service", "access.requests")]
    [InlineData("platform-service", "policy.access-validations")]
    [InlineData("platform-service", "Sovereignty.Contracts:IEvent")]
    [InlineData("policy-service", "Sovereignty.Contracts:IEvent")]
    [InlineData("access-service", "Sovereignty.Contracts:IEvent")]
    [InlineData("policy-service", "access.requests")]
    [InlineData("region-service", "access.decisions")]
    [InlineData("access-service", "policy.data-created")]
    [InlineData("access-service", "audit.events")]
    [InlineData("platform-service", "audit.events")]
    public async Task Nobody_reaches_into_the_queue_of_another(string user, string queue)
    {
        await using var connection = await platform.Connect(user);
        Assert.Contains("ACCESS_REFUSED", await Publish(connection, queue, user));
    }

    /// <summary>Whoever may declare may delete, and whoever may bind may listen: both are the deployment's.</summary>
    [Theory]
    [InlineData("region-service", "region.snapshot-requests", "Sovereignty.Contracts.Regions:RegionUpdated")]
    [InlineData("policy-service", "policy.data-created", "Sovereignty.Contracts.Data:DataAdmitted")]
    [InlineData("access-service", "access.requests", "Sovereignty.Contracts.Access:AccessGranted")]
    [InlineData("audit-service", "audit.events", "Sovereignty.Contracts:IEvent")]
    public async Task A_service_declares_and_deletes_nothing_and_binds_its_queue_to_no_message(string user, string queue, string exchange)
    {
        await platform.Healthy();
        await using var connection = await platform.Connect(user);
        foreach (var attempt in new Func<IChannel, Task>[]
        {
            channel => channel.QueueDeclareAsync($"{queue}-more", durable: true, exclusive: false, autoDelete: false),
            channel => channel.QueueDeclareAsync("", durable: false, exclusive: true, autoDelete: true),
            channel => channel.ExchangeDeclareAsync(exchange, ExchangeType.Fanout, durable: true),
            channel => channel.QueueDeleteAsync(queue),
            channel => channel.ExchangeDeleteAsync(exchange),
            channel => channel.QueueBindAsync(queue, exchange, ""),
            channel => channel.ExchangeBindAsync(queue, exchange, ""),
            channel => channel.ExchangeUnbindAsync("Sovereignty.Contracts:IEvent", exchange, ""),
        })
        {
            await using var channel = await connection.CreateChannelAsync();
            var refusal = await Assert.ThrowsAsync<OperationInterruptedException>(() => attempt(channel));
            Assert.Contains("ACCESS_REFUSED", refusal.Message);
        }
    }

    private static bool MayPublish(string user, Type contract) => contract.Namespace!.Split('.')[^1] switch
    {
        "Regions" => user == "region-service",
        "Residency" => user == "policy-service",
        "Access" when contract.Name is "ApproveAccess" or "RejectAccess" => user is "platform-service" or "access-service",
        "Access" => user == "access-service",
        "Data" when contract.Name == "DataCreated" => user is "platform-service" or "policy-service",
        "Data" => user == "policy-service",
        "Audit" or "Operations" => user != "platform-service",
        var unknown => throw new InvalidOperationException($"Whose is {unknown}?"),
    };

    /// <summary>Contracts that have an exchange: events, and the commands that are published.</summary>
    private async Task<IReadOnlyList<Type>> Declared()
    {
        await using var connection = await platform.Connect("operator");
        var declared = new List<Type>();
        foreach (var type in typeof(IEvent).Assembly.GetExportedTypes().Where(type => type is { IsClass: true, IsAbstract: false } && type.GetMethod("<Clone>$") is not null))
        {
            await using var channel = await connection.CreateChannelAsync();
            try
            {
                await channel.ExchangeDeclarePassiveAsync($"{type.Namespace}:{type.Name}");
                declared.Add(type);
            }
            catch (OperationInterruptedException)
            {
                // A record that is part of messages, or a command that is sent to a queue.
            }
        }

        return declared;
    }

    /// <returns>The broker's reason, or null where it took the message. Routed nowhere else than the exchange leads: the body says nothing.</returns>
    private static async Task<string?> Publish(IConnection connection, string exchange, string userId)
    {
        await using var channel = await connection.CreateChannelAsync(new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        try
        {
            using var limit = new CancellationTokenSource(Limit);
            await channel.BasicPublishAsync(exchange, "", mandatory: false, new BasicProperties { UserId = userId, MessageId = Guid.NewGuid().ToString(), ContentType = "application/json" }, "{}"u8.ToArray(), limit.Token);
            return null;
        }
        catch (OperationCanceledException) when (channel.IsOpen)
        {
            return "no answer";
        }
        catch (Exception)
        {
            return channel.CloseReason?.ReplyText ?? "closed";
        }
    }
}
