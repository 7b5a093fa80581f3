using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text.Json;
using MassTransit;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using Npgsql;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Regions;
using Sovereignty.Messaging;
using Sovereignty.Messaging.Database;
using Sovereignty.Evaluation.Tests;
using Sovereignty.Testing;

namespace Sovereignty.PolicyService.Tests;

[CollectionDefinition(nameof(RunningPolicyService))]
public sealed class RunningPolicyServiceCollection : ICollectionFixture<RunningPolicyService>;

/// <summary>The service on a real broker and database, with a subscriber to all it emits. RegionService is played by the test.</summary>
public sealed class RunningPolicyService : RealParts
{
    private const string Issuer = "https://issuer.test";
    private readonly RsaSecurityKey _key = new(RSA.Create(2048));
    private WebApplication _app = null!;
    private Dictionary<string, string?> _settings = null!;
    private IConnection _connection = null!;
    private IChannel _channel = null!;

    public NpgsqlDataSource Database { get; private set; } = null!;

    public ConcurrentQueue<(string Exchange, string RoutingKey, JsonElement Body)> Heard { get; } = new();

    public IServiceProvider Services => _app.Services;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        var database = new NpgsqlConnectionStringBuilder(AdminDatabase) { Database = "policy", Username = "policy", Password = "test" }.ConnectionString;
        var settings = new Dictionary<string, string?>
        {
            ["ConnectionStrings:rabbit"] = Broker.ToString(),
            ["ConnectionStrings:database"] = database,
            ["ConnectionStrings:admin"] = AdminDatabase,
            ["Authentication:Authority"] = Issuer,
        };
        Assert.Equal(0, await DatabaseMigration.Run(new ConfigurationBuilder().AddInMemoryCollection(settings).Build(), typeof(Composition).Assembly));
        Database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(AdminDatabase) { Database = "policy" });

        _settings = settings;
        _app = await StartInstance();
        await Eventually.True(() => _app.Services.GetRequiredService<IBusControl>().CheckHealth().Status == BusHealthStatus.Healthy, "the bus is healthy");
        await Listen();
    }

    public override async Task DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
        await _app.StopAsync();
        await _app.DisposeAsync();
        await Database.DisposeAsync();
        await base.DisposeAsync();
    }

    /// <summary>Another instance of the service beside the first, on the same broker and database.</summary>
    public async Task<WebApplication> StartInstance(Action<IServiceCollection>? replace = null)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(_settings);
        builder.AddPolicyService();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.PostConfigure<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme, options =>
        {
            options.ConfigurationManager = null;
            options.Configuration = new OpenIdConnectConfiguration { Issuer = Issuer };
            options.TokenValidationParameters.ValidIssuer = Issuer;
            options.TokenValidationParameters.IssuerSigningKey = _key;
        });
        replace?.Invoke(builder.Services);
        var app = builder.Build();
        app.MapPolicyService();
        await app.StartAsync();
        return app;
    }

    public HttpClient Client(string? tenant, params string[] roles)
    {
        var claims = new Dictionary<string, object> { ["sub"] = $"{tenant}-{roles[0]}", ["roles"] = roles };
        if (tenant is not null)
        {
            claims["tenant"] = tenant;
        }

        var token = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = "sovereignty",
            Claims = claims,
            SigningCredentials = new(_key, SecurityAlgorithms.RsaSha256),
        });
        var client = new HttpClient { BaseAddress = new Uri(_app.Urls.First()) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>Publishes through an outbox, as another service would.</summary>
    public async Task Publish<T>(params T[] messages)
        where T : class
    {
        await using var scope = Services.CreateAsyncScope();
        var unit = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
        await unit.BeginForConsumer(CancellationToken.None);
        foreach (var message in messages)
        {
            unit.Publish(message);
        }

        await unit.Commit(CancellationToken.None);
    }

    public async Task PublishPlain(ReadOnlyMemory<byte> body, string? messageId, string? contentType = "application/json") =>
        await _channel.BasicPublishAsync(
            "sovereignty.data-created",
            "",
            mandatory: false,
            new BasicProperties { MessageId = messageId, ContentType = contentType, UserId = "operator" },
            body);

    /// <summary>The regions of the tests' world, told once for all tests.</summary>
    public async Task TellRegions()
    {
        await PublishAsRegionService(new RegionSnapshotTaken { OccurredAt = World.Now, TenantId = null, Actor = Actor.Service("region-service"), Regions = World.AllRegions });
        await Eventually.True(async () => await Query<long>("SELECT count(*) FROM policy.epoch WHERE regions_known") > 0, "the regions are known");
    }

    /// <summary>Events of regions count only from the broker user who owns them.</summary>
    public Task PublishAsRegionService<T>(T message) => PublishAs("region-service", $"{typeof(T).Namespace}:{typeof(T).Name}", message);

    /// <summary>Publishes as a broker user of its own; a queue is an exchange's name too.</summary>
    public async Task PublishAs<T>(string user, string exchange, params T[] messages)
    {
        await using var connection = await new ConnectionFactory { Uri = new(await Host(["amqp", user])) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        var type = $"{typeof(T).Namespace}:{typeof(T).Name}";
        foreach (var message in messages)
        {
            var messageId = Guid.NewGuid();
            await channel.BasicPublishAsync(
                exchange,
                "",
                mandatory: false,
                new BasicProperties { MessageId = messageId.ToString(), ContentType = "application/vnd.masstransit+json", UserId = user },
                JsonSerializer.SerializeToUtf8Bytes(new { messageId, messageType = new[] { $"urn:message:{type}" }, message }, ContractJson.Options));
        }
    }

    public async Task<T> Query<T>(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async Task<BasicGetResult?> Take(string queue) => await _channel.BasicGetAsync(queue, autoAck: true);

    /// <summary>Whether a queue has messages, by a connection of its own: asking for one that is not there yet ends it.</summary>
    public async Task<bool> HasMessages(string queue)
    {
        await using var connection = await new ConnectionFactory { Uri = Broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        try
        {
            return (await channel.QueueDeclarePassiveAsync(queue)).MessageCount > 0;
        }
        catch (OperationInterruptedException)
        {
            return false;
        }
    }

    /// <summary>Decisions about some data heard on an exchange, in the order they came.</summary>
    public IReadOnlyList<Decision> Decisions(string exchange, string dataId) =>
    [
        .. Heard.Where(heard => heard.Exchange == exchange && heard.Body.GetProperty("dataId").GetString() == dataId)
            .Select(heard => heard.Body.TryGetProperty("decision", out var decision) ? decision : heard.Body)
            .Select(decision => decision.Deserialize<Decision>(ContractJson.Options)!),
    ];

    private async Task Listen()
    {
        _connection = await new ConnectionFactory { Uri = Broker }.CreateConnectionAsync();
        _channel = await _connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        await _channel.ExchangeDeclareAsync("sovereignty.decisions", ExchangeType.Topic, durable: true);
        await _channel.ExchangeDeclareAsync("access.reviewed", ExchangeType.Fanout, durable: true);
        foreach (var exchange in new[] { "DataAdmitted", "DataRejected", "DataClassified", "DataReclassified", "PlacementChanged" }.Select(name => $"Sovereignty.Contracts.Data:{name}")
            .Concat(["Sovereignty.Contracts.Audit:MessageMalformed", "Sovereignty.Contracts.Residency:PolicyPublished", "Sovereignty.Contracts.Residency:LegalFactChanged", "Sovereignty.Contracts.Residency:ClassificationRuleChanged", "Sovereignty.Contracts.Residency:RetentionRuleChanged", "Sovereignty.Contracts.Residency:EpochActivated", "Sovereignty.Contracts.Residency:PolicyRetired", "Sovereignty.Contracts.Residency:AccessValidated", "sovereignty.decisions", "access.reviewed"])
            .Concat(new[] { "Opened", "Accepted", "Resolved" }.Select(name => $"Sovereignty.Contracts.Residency:ResidencyViolation{name}")))
        {
            var queue = (await _channel.QueueDeclareAsync()).QueueName;
            await _channel.QueueBindAsync(queue, exchange, "#");
            var consumer = new AsyncEventingBasicConsumer(_channel);
            consumer.ReceivedAsync += (_, delivery) =>
            {
                var body = JsonDocument.Parse(delivery.Body.ToArray()).RootElement;
                Heard.Enqueue((exchange.Split(':')[^1], delivery.RoutingKey, body.TryGetProperty("message", out var message) && message.ValueKind is JsonValueKind.Object ? message : body));
                return Task.CompletedTask;
            };
            await _channel.BasicConsumeAsync(queue, autoAck: true, consumer);
        }
    }
}
