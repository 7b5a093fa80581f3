using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using MassTransit;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using Npgsql;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Sovereignty.AccessService.BrokerDecisions;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Access;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Residency;
using Sovereignty.Messaging.Database;
using Sovereignty.Messaging.Deployment;
using Sovereignty.Testing;

namespace Sovereignty.AccessService.Tests;

[CollectionDefinition(nameof(RunningAccessService))]
public sealed class RunningAccessServiceCollection : ICollectionFixture<RunningAccessService>;

/// <summary>
/// The service on a real broker and database, as its own broker user, with a subscriber to all it emits. PolicyService and the
/// gateway's keys are played by the test.
/// </summary>
public sealed class RunningAccessService : RealParts
{
    public const string Issuer = "https://issuer.test";
    private readonly RsaSecurityKey _key = new(RSA.Create(2048));
    private readonly ECDsaSecurityKey _proofKey = new(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = "proof-1" };
    private Dictionary<string, string?> _settings = [];
    private WebApplication _gateway = null!;
    private WebApplication? _app;
    private IConnection _connection = null!;
    private IChannel _channel = null!;
    private IConnection _policyConnection = null!;
    private IChannel _policy = null!;

    public ShiftedTime Time { get; } = new();

    public NpgsqlDataSource Database { get; private set; } = null!;

    /// <summary>Every event, in the order in which it came.</summary>
    public ConcurrentQueue<(string Type, string MessageId, JsonElement Body)> Heard { get; } = new();

    /// <summary>What PolicyService says about some data; restricted, in DE, where nothing is set. Null: no answer.</summary>
    public ConcurrentDictionary<string, Func<ValidateAccess, AccessValidated?>> Policies { get; } = new();

    /// <summary>The policy epoch that PolicyService answers by.</summary>
    public long Epoch { get; private set; } = Answers.Epoch;

    /// <summary>Questions about what lives, in the order in which they came.</summary>
    public ConcurrentQueue<ReviewAccesses> Reviews { get; } = new();

    /// <summary>Whether PolicyService takes such questions and does not answer.</summary>
    public bool ReviewsAreLost { get; set; }

    public IServiceProvider Services => _app!.Services;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _gateway = await StartGateway();
        var database = new NpgsqlConnectionStringBuilder(AdminDatabase) { Database = "access", Username = "access", Password = "test" }.ConnectionString;
        _settings = new()
        {
            ["ConnectionStrings:rabbit"] = await Host(["amqp", "access-service"]),
            ["ConnectionStrings:database"] = database,
            ["ConnectionStrings:admin"] = AdminDatabase,
            ["ConnectionStrings:topology"] = await Host(["amqp", "topology"]),
            ["Messaging:TopologyIsDeployed"] = "true",
            ["Authentication:Authority"] = Issuer,
            ["services:gateway:https:0"] = _gateway.Urls.First(),
            ["services:policy-service:http:0"] = _gateway.Urls.First(),
            ["Notify:MasterKey"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
            ["Notify:AllowPrivateNetworks"] = "true",
            ["Notify:Timeout"] = "00:00:03",
        };
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(_settings).Build();
        Assert.Equal(0, await DatabaseMigration.Run(configuration, typeof(Composition).Assembly));
        Assert.Equal(0, await TopologyDeployment.Run(configuration, Service.Name, Messages.Register));
        Database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(AdminDatabase) { Database = "access" });
        foreach (var person in new[] { Person.Requester, Person.ApproverDe, Person.ApproverDe2, Person.DpoDe, Person.ApproverFr, Person.LegalDe, Person.ComplianceOfficer, Person.RequesterGlobex, Person.ApproverGlobex })
        {
            await Stands(person);
        }

        await Start();
        await Listen();
        await PlayPolicyService();
    }

    public override async Task DisposeAsync()
    {
        try
        {
            await _policyConnection.DisposeAsync();
            await _connection.DisposeAsync();
            await Stop();
            await _gateway.DisposeAsync();
            await Database.DisposeAsync();
        }
        finally
        {
            await base.DisposeAsync();
        }
    }

    /// <summary>Starts the service, with other parts or settings than usual where a test says so.</summary>
    public async Task Start(Action<IServiceCollection>? change = null, IReadOnlyDictionary<string, string?>? settings = null)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(_settings);
        builder.Configuration.AddInMemoryCollection(settings ?? new Dictionary<string, string?>());
        builder.Services.AddSingleton<TimeProvider>(Time);
        builder.AddAccessService();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.PostConfigure<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme, options =>
        {
            options.ConfigurationManager = null;
            options.Configuration = new OpenIdConnectConfiguration { Issuer = Issuer };
            options.TokenValidationParameters.ValidIssuer = Issuer;
            options.TokenValidationParameters.IssuerSigningKey = _key;
        });
        change?.Invoke(builder.Services);
        _app = builder.Build();
        _app.MapAccessService();
        await _app.StartAsync();
        await Eventually.True(() => _app.Services.GetRequiredService<IBusControl>().CheckHealth().Status == BusHealthStatus.Healthy, "the bus is healthy");
    }

    public async Task Stop()
    {
        await _app!.StopAsync();
        await _app.DisposeAsync();
    }

    /// <summary>Starts one more instance of the service, as a process of its own that a test can kill.</summary>
    public Process StartProcess()
    {
        var start = new ProcessStartInfo("dotnet", typeof(Composition).Assembly.Location)
        {
            Environment = { ["ASPNETCORE_URLS"] = "http://127.0.0.1:0" },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in _settings.Where(setting => setting.Key != "ConnectionStrings:admin"))
        {
            start.Environment[name.Replace(":", "__")] = value;
        }

        var process = Process.Start(start)!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    public async Task Restart(Action<IServiceCollection>? change = null, IReadOnlyDictionary<string, string?>? settings = null)
    {
        await Stop();
        await Start(change, settings);
    }

    /// <summary>One of the service's own background workers, by the name of its type.</summary>
    public IHostedService Worker(string name) => Services.GetServices<IHostedService>().Single(worker => worker.GetType().Name == name);

    public HttpClient Client(Person person)
    {
        var client = new HttpClient { BaseAddress = new Uri(_app!.Urls.First()) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = "sovereignty",
            Claims = person.Claims(),
            SigningCredentials = new(_key, SecurityAlgorithms.RsaSha256),
        }));
        return client;
    }

    /// <summary>A decision proof as the gateway makes it, or spoilt where a test says how.</summary>
    public string Proof(Person person, Guid requestId, string decision, DateTimeOffset? at = null, string? id = null, string? duration = null, Action<SecurityTokenDescriptor>? spoil = null)
    {
        var now = at ?? Time.GetUtcNow();
        var claims = person.Claims();
        claims["subject_iss"] = Issuer;
        claims["request_id"] = requestId.ToString();
        claims["decision"] = decision;
        if (duration is not null)
        {
            claims["duration"] = duration;
        }

        claims["jti"] = id ?? Guid.NewGuid().ToString();
        var descriptor = new SecurityTokenDescriptor
        {
            Issuer = "https://gateway.test",
            Audience = ProofVerifier.Audience,
            TokenType = ProofVerifier.Type,
            IssuedAt = now.UtcDateTime,
            NotBefore = now.UtcDateTime,
            Expires = now.AddMinutes(5).UtcDateTime,
            Claims = claims,
            SigningCredentials = new(_proofKey, SecurityAlgorithms.EcdsaSha256),
        };
        spoil?.Invoke(descriptor);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(descriptor);
    }

    /// <summary>Publishes as a platform service would, without the product's own messaging.</summary>
    public async Task Publish<T>(T message, string user = "platform-service", Guid? messageId = null)
    {
        await using var connection = await new ConnectionFactory { Uri = new(await Host(["amqp", user])) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        await Publish(channel, user, $"{typeof(T).Namespace}:{typeof(T).Name}", message, messageId ?? Guid.NewGuid());
    }

    /// <summary>Puts a message into a queue, as itself.</summary>
    public async Task SendToQueue<T>(string queue, T message, string user, Guid? messageId = null)
    {
        await using var connection = await new ConnectionFactory { Uri = new(await Host(["amqp", user])) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        await Publish(channel, user, queue, message, messageId ?? Guid.NewGuid());
    }

    /// <summary>How many messages wait in a queue; 0 where it was not made yet.</summary>
    public async Task<uint> Waiting(string queue)
    {
        try
        {
            await using var channel = await _connection.CreateChannelAsync();
            return (await channel.QueueDeclarePassiveAsync(queue)).MessageCount;
        }
        catch (RabbitMQ.Client.Exceptions.OperationInterruptedException)
        {
            return 0;
        }
    }

    public async Task<T> Query<T>(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async Task Execute(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>A law, a policy or a region changed: PolicyService begins an epoch and tells it.</summary>
    public Task BeginEpoch()
    {
        Epoch++;
        var now = Time.GetUtcNow();
        return Publish(new EpochActivated { OccurredAt = now, TenantId = null, Actor = Actor.Service("policy-service"), Epoch = Epoch, ContentHash = "", BeganAt = now }, "policy-service");
    }

    /// <summary>Begins an epoch and waits until all that lives was looked at.</summary>
    public async Task ReviewAll()
    {
        await BeginEpoch();
        await Walked();
    }

    public async Task Walked()
    {
        await Eventually.True(async () => await Query<long>("SELECT newest FROM access.policy_epoch") == Epoch, "the epoch is heard of");
        await Eventually.True(async () => await Query<long>("SELECT count(*) FROM access.walk") == 0, "all that lives is looked at");
    }

    /// <summary>Writes into the directory what a person's token says.</summary>
    public async Task Stands(Person person, bool active = true, DateTimeOffset? from = null)
    {
        await using var command = Database.CreateCommand(
            """
            INSERT INTO access.standing (tenant_id, subject, version, display_name, roles, jurisdictions, active, valid_from, recorded_by)
            SELECT $1, $2, coalesce(max(version), 0) + 1, $2, $3, $4, $5, $6, '{"issuer":"sovereignty","subject":"test"}' FROM access.standing WHERE tenant_id = $1 AND subject = $2
            """);
        command.Parameters.Add(new() { Value = person.Tenant });
        command.Parameters.Add(new() { Value = person.Subject });
        command.Parameters.Add(new() { Value = person.Roles });
        command.Parameters.Add(new() { Value = person.Country is null ? Array.Empty<string>() : [person.Country] });
        command.Parameters.Add(new() { Value = active });
        command.Parameters.Add(new() { Value = from?.UtcDateTime ?? DateTime.MinValue });
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Writes into the directory what a person may do, and tells it.</summary>
    public async Task Changes(Person person, bool active = true, DateTimeOffset? from = null)
    {
        await Stands(person, active, from);
        var now = Time.GetUtcNow();
        await Publish(new PersonStandingChanged
        {
            OccurredAt = now,
            TenantId = person.Tenant,
            Actor = Person.ComplianceOfficer.Actor,
            Subject = person.Subject,
            Version = await Query<int>($"SELECT max(version) FROM access.standing WHERE tenant_id = '{person.Tenant}' AND subject = '{person.Subject}'"),
            Roles = person.Roles,
            Jurisdictions = person.Country is null ? [] : [person.Country],
            Active = active,
            ValidFrom = from ?? now,
        }, "access-service");
    }

    /// <summary>Lets these stages decide about data of a level of the tenant acme, in place of what did.</summary>
    public async Task Rule(ClassificationLevel level, params ApprovalStage[] stages)
    {
        var rule = new ApprovalRule { Id = new($"00000000-0000-7000-8000-00000000000{(int)level}"), Version = 1, TenantId = "acme", Classification = level, Automatic = false, Stages = stages };
        await using var command = Database.CreateCommand(
            """
            INSERT INTO access.rule (rule_id, version, tenant_id, body, recorded_by)
            SELECT $1, version, 'acme', jsonb_set($2, '{version}', to_jsonb(version)), '{"issuer":"sovereignty","subject":"test"}'
            FROM (SELECT coalesce(max(version), 0) + 1 AS version FROM access.rule WHERE rule_id = $1) AS next
            """);
        command.Parameters.Add(new() { Value = rule.Id });
        command.Parameters.Add(new() { Value = JsonSerializer.Serialize(rule, ContractJson.Options), NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Jsonb });
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The events of one request, by version and then by arrival.</summary>
    public IReadOnlyList<(string Type, JsonElement Body)> EventsOf(Guid requestId) =>
    [
        .. Heard.DistinctBy(heard => heard.MessageId)
            .Where(heard => heard.Body.TryGetProperty("requestId", out var id) && id.GetGuid() == requestId)
            .Select(heard => (heard.Type, heard.Body)),
    ];

    private static async Task Publish<T>(IChannel channel, string user, string exchange, T message, Guid messageId) =>
        await channel.BasicPublishAsync(
            exchange,
            "",
            mandatory: false,
            new BasicProperties { MessageId = messageId.ToString(), ContentType = "application/vnd.masstransit+json", UserId = user, DeliveryMode = DeliveryModes.Persistent },
            JsonSerializer.SerializeToUtf8Bytes(new { messageId, messageType = new[] { $"urn:message:{typeof(T).Namespace}:{typeof(T).Name}" }, message }, ContractJson.Options));

    private async Task<WebApplication> StartGateway()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var parameters = _proofKey.ECDsa.ExportParameters(includePrivateParameters: false);
        var keys = new
        {
            keys = new[]
            {
                new { kty = "EC", crv = "P-256", use = "sig", alg = "ES256", kid = _proofKey.KeyId, x = Base64UrlEncoder.Encode(parameters.Q.X), y = Base64UrlEncoder.Encode(parameters.Q.Y) },
            },
        };
        app.MapGet(ProofKeys.Path, () => Results.Json(keys));
        app.MapPost("/residency/access-validations", async (HttpRequest request) =>
            AnswerTo((await JsonSerializer.DeserializeAsync<ValidateAccess>(request.Body, ContractJson.Options))!) is { } answer ? Results.Json(answer, ContractJson.Options) : Results.StatusCode(503));
        await app.StartAsync();
        return app;
    }

    private async Task Listen()
    {
        _connection = await new ConnectionFactory { Uri = Broker }.CreateConnectionAsync();
        _channel = await _connection.CreateChannelAsync();
        var queue = (await _channel.QueueDeclareAsync()).QueueName;
        await _channel.QueueBindAsync(queue, "Sovereignty.Contracts:IEvent", "");
        var consumer = new AsyncEventingBasicConsumer(_channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            var root = JsonDocument.Parse(delivery.Body.ToArray()).RootElement;
            var type = root.GetProperty("messageType")[0].GetString()!.Split(':')[^1];
            Heard.Enqueue((type, delivery.BasicProperties.MessageId ?? "", root.GetProperty("message")));
            return Task.CompletedTask;
        };
        await _channel.BasicConsumeAsync(queue, autoAck: true, consumer);
    }

    private async Task PlayPolicyService()
    {
        _policyConnection = await new ConnectionFactory { Uri = new(await Host(["amqp", "policy-service"])) }.CreateConnectionAsync();
        _policy = await _policyConnection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true, consumerDispatchConcurrency: 4));
        await Answer<ValidateAccess>("policy.access-validations", async question =>
        {
            if (AnswerTo(question) is { } answer)
            {
                await Publish(_policy, "policy-service", $"{typeof(AccessValidated).Namespace}:{nameof(AccessValidated)}", answer, Guid.NewGuid());
            }
        });
        await Answer<ReviewAccesses>("policy.access-reviews", async asked =>
        {
            Reviews.Enqueue(asked);
            if (!ReviewsAreLost)
            {
                var reviewed = new AccessesReviewed { ReviewId = asked.ReviewId, Epoch = Epoch, Answers = [.. asked.Accesses.Select(AnswerTo).OfType<AccessValidated>()] };
                await Publish(_policy, "policy-service", "access.reviewed", reviewed, Guid.NewGuid());
            }
        });
    }

    private AccessValidated? AnswerTo(ValidateAccess question)
    {
        var answer = Policies.TryGetValue(question.DataId, out var policy) ? policy(question) : Answers.Restricted(question);
        return answer?.Epoch == Answers.Epoch ? answer with { Epoch = Epoch } : answer;
    }

    private async Task Answer<T>(string queue, Func<T, Task> answer)
    {
        await using (var topology = await new ConnectionFactory { Uri = new(await Host(["amqp", "topology"])) }.CreateConnectionAsync())
        await using (var channel = await topology.CreateChannelAsync())
        {
            await channel.ExchangeDeclareAsync(queue, ExchangeType.Fanout, durable: true);
            await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false);
            await channel.QueueBindAsync(queue, queue, "");
        }

        var consumer = new AsyncEventingBasicConsumer(_policy);
        consumer.ReceivedAsync += (_, delivery) => answer(JsonDocument.Parse(delivery.Body).RootElement.GetProperty("message").Deserialize<T>(ContractJson.Options)!);
        await _policy.BasicConsumeAsync(queue, autoAck: true, consumer);
    }
}
