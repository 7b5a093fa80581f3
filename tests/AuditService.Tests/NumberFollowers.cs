using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sovereignty.AuditService.Diagnostics;
using Sovereignty.AuditService.Numbering;
using Sovereignty.Contracts;
using Sovereignty.Messaging;
using Sovereignty.TransparencyLog.Verification;

namespace Sovereignty.AuditService.Tests;

/// <summary>Instances of the service that follow the numbers of one log; what they publish stays in the outbox, since no broker is there.</summary>
internal sealed class NumberFollowers : IAsyncDisposable
{
    private readonly TestLog _log;
    private readonly IHost _host;
    private readonly List<NumberFollower> _followers = [];
    private int _messages;

    public NumberFollowers(TestLog log)
    {
        _log = log;
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:rabbit"] = "amqp://audit-service:none@127.0.0.1:1/sovereignty",
            ["ConnectionStrings:database"] = log.Server.Login("audit_append", log.DatabaseName),
        });
        builder.AddMessaging("audit-service", Messages.Register);
        builder.Services.AddSingleton<TimeProvider>(Time);
        _host = builder.Build();
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public bool HearsTheBroker { get; set; } = true;

    public TimeSpan Debt { get; set; }

    public NumberFollower Start(int chunkSize = 10_000)
    {
        var follower = new NumberFollower(
            _host.Services.GetRequiredService<IServiceScopeFactory>(), _log.Database, () => HearsTheBroker, () => Debt, SourceNumbers.DefaultGrace, new AuditMetrics(), Time, NullLogger<NumberFollower>.Instance) { ChunkSize = chunkSize };
        _followers.Add(follower);
        return follower;
    }

    /// <summary>Appends events of a service with these numbers, received now.</summary>
    public void Append(string source, params IEnumerable<int> numbers) => _log.Store().Append(
        [.. numbers.Select(number => _log.Sealer.Prepare(TestLog.Message(number, id: $"m-{_messages++}", subject: source) with
        {
            Source = source, Number = number, ReceivedAt = Time.GetUtcNow(),
        }))],
        default);

    /// <summary>The alarms that wait to be sent, in the order in which they were raised.</summary>
    public async Task<List<T>> Alarms<T>()
    {
        var alarms = new List<T>();
        await using var command = _log.Superuser.CreateCommand("SELECT body FROM messaging.outbox WHERE exchange = $1 ORDER BY id");
        command.Parameters.Add(new() { Value = $"{typeof(T).Namespace}:{typeof(T).Name}" });
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            using var envelope = JsonDocument.Parse(reader.GetFieldValue<byte[]>(0));
            alarms.Add(envelope.RootElement.GetProperty("message").Deserialize<T>(ContractJson.Options)!);
        }

        return alarms;
    }

    public ValueTask DisposeAsync()
    {
        _followers.ForEach(follower => follower.Dispose());
        _host.Dispose();
        return ValueTask.CompletedTask;
    }
}
