using System.Net;
using System.Net.Http.Json;
using System.Security.Claims;
using System.Text.Encodings.Web;
using System.Text.Json;
using MassTransit;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Sovereignty.Messaging.Database;
using Sovereignty.Messaging.Outbox;
using Sovereignty.ServiceDefaults;
using Sovereignty.Testing;

namespace Sovereignty.Messaging.Tests;

/// <summary>A web service like those of the platform, cut off from its database or its broker while it works.</summary>
[Collection(nameof(RealParts))]
public sealed class OutageTests(RealParts parts)
{
    private const int Pings = 60;
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task While_the_database_is_away_messages_wait_in_the_queue_and_then_each_is_consumed_at_its_first_delivery()
    {
        await using var service = await Service.Start(parts, "outage_database");
        await service.Publish(1);
        await Eventually.True(() => service.Heard.Messages.Count == 1, "the service consumes");

        await service.Database.Cut();
        await Eventually.True(async () => (await service.Ask("/health")).Status == HttpStatusCode.ServiceUnavailable, "it is not ready", Recovery);
        var (_, ready) = await service.Ask("/health");
        Assert.Equal("unhealthy", ready["database"]);
        Assert.Equal("healthy", ready["masstransit-bus"]);
        Assert.Equal(HttpStatusCode.OK, (await service.Ask("/alive")).Status);
        await service.Publish(Pings);
        var waiting = await service.Waiting();
        Assert.True(waiting > 0, "what does not fit into the prefetch stays in the queue");
        Assert.Equal(HttpStatusCode.OK, (await service.Ask("/alive")).Status);
        Assert.Equal(waiting, await service.Waiting());
        Assert.Single(service.Heard.Messages);

        service.Database.Mend();
        await Eventually.True(async () => await service.Count("SELECT count(*) FROM messaging.inbox") == Pings + 1, "all are consumed", Recovery);
        Assert.All(service.Heard.Messages, delivery => Assert.False(delivery.Redelivered));
        Assert.Equal([], await service.ErrorQueuesWithMessages());
        await Eventually.True(async () => (await service.Ask("/health")).Status == HttpStatusCode.OK, "it is ready again", Recovery);
    }

    [Fact]
    public async Task While_the_broker_is_away_requests_are_taken_into_the_outbox_and_leave_it_afterwards_in_order()
    {
        await using var service = await Service.Start(parts, "outage_broker");

        await service.Broker.Cut();
        await Eventually.True(async () => (await service.Ask("/health")).Checks["masstransit-bus"] == "degraded", "readiness says so", Recovery);
        var (status, ready) = await service.Ask("/health");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("healthy", ready["database"]);
        for (var number = 0; number < Pings; number++)
        {
            Assert.Equal(HttpStatusCode.NoContent, (await service.Http.PostAsJsonAsync("/pings", new Ping(number))).StatusCode);
        }

        Assert.Equal(Pings, await service.Count("SELECT count(*) FROM messaging.outbox"));
        Assert.Equal(HttpStatusCode.OK, (await service.Ask("/alive")).Status);

        service.Broker.Mend();
        await Eventually.True(async () => await service.Count("SELECT count(*) FROM messaging.inbox") == Pings, "all are consumed", Recovery);
        await Eventually.True(async () => await service.Count("SELECT count(*) FROM messaging.outbox") == 0, "the outbox is empty", Recovery);
        Assert.Equal(Enumerable.Range(0, Pings), service.Heard.Messages.Select(delivery => delivery.Number));
        Assert.Equal([], await service.ErrorQueuesWithMessages());
        await Eventually.True(async () => (await service.Ask("/health")).Checks["masstransit-bus"] == "healthy", "readiness says so", Recovery);
    }

    public sealed record Delivery(int Number, bool Redelivered);

    public sealed class Listener(Heard<Delivery> heard) : IConsumer<Ping>
    {
        public Task Consume(ConsumeContext<Ping> context)
        {
            heard.Messages.Enqueue(new(context.Message.Number, context.ReceiveContext.Redelivered));
            return Task.CompletedTask;
        }
    }

    private sealed class Service(WebApplication app, RealParts parts, string name, CutOff broker, CutOff database) : IAsyncDisposable
    {
        private readonly NpgsqlDataSource _database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(parts.AdminDatabase) { Database = name });

        public CutOff Broker => broker;

        public CutOff Database => database;

        public Heard<Delivery> Heard { get; } = app.Services.GetRequiredService<Heard<Delivery>>();

        public HttpClient Http { get; } = new() { BaseAddress = new(app.Urls.Single()) };

        public static async Task<Service> Start(RealParts parts, string name)
        {
            var admin = new NpgsqlConnectionStringBuilder(parts.AdminDatabase);
            var broker = new CutOff(parts.Broker.Host, parts.Broker.Port);
            var database = new CutOff(admin.Host!, admin.Port);
            var builder = WebApplication.CreateBuilder();
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["ConnectionStrings:rabbit"] = new UriBuilder(parts.Broker) { Port = broker.Port }.Uri.ToString(),
                ["ConnectionStrings:database"] =
                    new NpgsqlConnectionStringBuilder(parts.AdminDatabase) { Host = "127.0.0.1", Port = database.Port, Database = name, Username = name, Password = "test" }.ConnectionString,
                ["ConnectionStrings:admin"] = parts.AdminDatabase,
            });
            builder.AddServiceDefaults(name);
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            Assert.Equal(0, await DatabaseMigration.Run(builder.Configuration, typeof(OutageTests).Assembly));
            builder.AddMessaging(name, bus => bus.AddConsumer<Listener>($"{name}.pings", concurrency: 1));
            builder.Services.AddSingleton<Heard<Delivery>>();
            builder.Services.AddAuthentication("caller").AddScheme<AuthenticationSchemeOptions, Caller>("caller", null);
            var app = builder.Build();
            app.UseServiceDefaults();
            app.MapPost("/pings", (Ping ping, UnitOfWork unit) =>
            {
                unit.Publish(ping, new() { OrderKey = "pings" });
                return TypedResults.NoContent();
            });
            await app.StartAsync();
            var service = new Service(app, parts, name, broker, database);
            await Eventually.True(async () => (await service.Ask("/health")).Status == HttpStatusCode.OK, "the service is ready", Recovery);
            return service;
        }

        public async Task<(HttpStatusCode Status, Dictionary<string, string> Checks)> Ask(string path)
        {
            using var answer = await Http.GetAsync(path);
            var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
            return (answer.StatusCode, body.GetProperty("checks").EnumerateObject().ToDictionary(check => check.Name, check => check.Value.GetProperty("status").GetString()!));
        }

        /// <summary>As another service would, past the outbox of this one.</summary>
        public async Task Publish(int count)
        {
            await using var connection = await new ConnectionFactory { Uri = parts.Broker }.CreateConnectionAsync();
            await using var channel = await connection.CreateChannelAsync(new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
            for (var number = 0; number < count; number++)
            {
                var messageId = Guid.NewGuid();
                var envelope = new { messageId, messageType = new[] { $"urn:message:{OutboxMessageFactory.ExchangeOf<Ping>()}" }, message = new { number } };
                var properties = new BasicProperties { MessageId = messageId.ToString(), ContentType = "application/vnd.masstransit+json", DeliveryMode = DeliveryModes.Persistent };
                await channel.BasicPublishAsync($"{name}.pings", "", mandatory: true, properties, JsonSerializer.SerializeToUtf8Bytes(envelope));
            }
        }

        public async Task<long> Count(string sql)
        {
            await using var command = _database.CreateCommand(sql);
            return (long)(await command.ExecuteScalarAsync())!;
        }

        public async Task<uint> Waiting()
        {
            await using var connection = await new ConnectionFactory { Uri = parts.Broker }.CreateConnectionAsync();
            await using var channel = await connection.CreateChannelAsync();
            return (await channel.QueueDeclarePassiveAsync($"{name}.pings")).MessageCount;
        }

        public async Task<List<string>> ErrorQueuesWithMessages()
        {
            await using var connection = await new ConnectionFactory { Uri = parts.Broker }.CreateConnectionAsync();
            var found = new List<string>();
            foreach (var queue in new[] { "_error", "_skipped", "_dead" }.Select(suffix => $"{name}.pings{suffix}"))
            {
                await using var channel = await connection.CreateChannelAsync();
                try
                {
                    if ((await channel.QueueDeclarePassiveAsync(queue)).MessageCount > 0)
                    {
                        found.Add(queue);
                    }
                }
                catch (OperationInterruptedException exception) when (exception.ShutdownReason?.ReplyCode == 404)
                {
                    // It comes into being with its first message.
                }
            }

            return found;
        }

        public async ValueTask DisposeAsync()
        {
            Http.Dispose();
            await app.StopAsync();
            await app.DisposeAsync();
            await _database.DisposeAsync();
            await broker.DisposeAsync();
            await database.DisposeAsync();
        }
    }

    /// <summary>Platform staff, whoever asks.</summary>
    private sealed class Caller(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            var person = new ClaimsPrincipal(new ClaimsIdentity([new("sub", "operator"), new("roles", "operator")], Scheme.Name, "sub", "roles"));
            return Task.FromResult(AuthenticateResult.Success(new(person, Scheme.Name)));
        }
    }
}
