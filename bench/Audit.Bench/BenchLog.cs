using System.Security.Cryptography;
using System.Text.Json;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Sovereignty.AuditService;
using Sovereignty.AuditService.Appending;
using Sovereignty.AuditService.Diagnostics;
using Sovereignty.AuditService.Indexing;
using Sovereignty.AuditService.Keys;
using Sovereignty.AuditService.Receiving;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Data;
using Sovereignty.Messaging.Database;

namespace Sovereignty.Audit.Bench;

/// <summary>A log of the bench's own in a database of its own on the platform's server, migrated as in production, gone with it.</summary>
internal sealed class BenchLog : IAsyncDisposable
{
    private const string Name = "bench_audit";
    private const string Actors = "bench-actor-";

    private readonly string _admin;

    private BenchLog(string admin, string append, string read)
    {
        _admin = admin;
        Folder = Directory.CreateTempSubdirectory("sov-bench-audit").FullName;
        Options = new AuditOptions
        {
            Origin = "bench.sovereignty.local/audit-log",
            KeyFolder = Path.Combine(Folder, "keys"),
            MasterKey = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
            SigningKeyFile = Path.Combine(Folder, "signing.seed"),
        };
        var master = MasterKey.Parse(Options.MasterKey);
        Keys = new KeyStore(Options.KeyFolder, master, TimeProvider.System);
        Tokens = new SearchTokens(master);
        Sealer = new EntrySealer(Keys, Tokens);
        ConnectionString = append;
        Database = new AuditDatabase(append, read);
    }

    public string Folder { get; }

    public AuditOptions Options { get; }

    /// <summary>The appending role's.</summary>
    public string ConnectionString { get; }

    public AuditDatabase Database { get; }

    public KeyStore Keys { get; }

    public SearchTokens Tokens { get; }

    public EntrySealer Sealer { get; }

    public AuditMetrics Metrics { get; } = new();

    public static async Task<BenchLog> Create(string admin, string append, string read)
    {
        await Drop(admin);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:admin"] = admin,
            ["ConnectionStrings:database"] = Of(append),
            ["ConnectionStrings:database-read"] = Of(read),
        }).Build();
        return await DatabaseMigration.Run(configuration, typeof(AuditOptions).Assembly, "database", "database-read") == 0
            ? new BenchLog(admin, Of(append), Of(read))
            : throw new InvalidOperationException("The log of the bench could not be made.");
    }

    public LogAppender Appender(int batchSize) =>
        new(new LogStore(Database.Append, Sealer, TimeProvider.System), Sealer, Metrics, TimeProvider.System, NullLogger<LogAppender>.Instance, batchSize);

    public SearchIndexer Indexer() => new(Database, Keys, Tokens, Metrics, TimeProvider.System, NullLogger<SearchIndexer>.Instance);

    /// <summary>A connection to the log's database with all rights, for what is not the log's.</summary>
    public NpgsqlDataSource Administrator() => NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(_admin) { Database = Name, CommandTimeout = 600 });

    /// <summary>A DataCreated of about a kilobyte from one of a thousand actors, as the broker delivers it, under an id as MassTransit makes them.</summary>
    public static ReceivedMessage Message(long number, string? tenant = null, DateTimeOffset? at = null)
    {
        var id = NewId.NextGuid();
        var data = new DataCreated
        {
            OccurredAt = at ?? DateTimeOffset.UnixEpoch.AddYears(56).AddSeconds(number),
            TenantId = tenant ?? $"tenant-{number % 10}",
            Actor = Actor.Service($"{Actors}{number % 1_000}"),
            DataId = $"data-{number}",
            DataType = "payment",
            Classification = "transactional",
            PrimaryRegion = "eu-central-1",
            ReplicaRegions = ["eu-west-1", "eu-north-1"],
        };
        return new ReceivedMessage
        {
            Body = JsonSerializer.SerializeToUtf8Bytes(
                new
                {
                    messageId = id,
                    conversationId = Guid.NewGuid(),
                    correlationId = Guid.NewGuid(),
                    sourceAddress = "rabbitmq://127.0.0.1/sovereignty/platform-service?temporary=true",
                    destinationAddress = "rabbitmq://127.0.0.1/sovereignty/Sovereignty.Contracts.Data:DataCreated",
                    messageType = (string[])["urn:message:Sovereignty.Contracts.Data:DataCreated", "urn:message:Sovereignty.Contracts:IEvent"],
                    message = data,
                    sentTime = data.OccurredAt,
                    host = new { machineName = "bench", processName = "bench", processId = 1, assembly = "bench", assemblyVersion = "1.0.0.0", frameworkVersion = "10.0.0", massTransitVersion = "8.5.5.0", operatingSystemVersion = "Linux" },
                },
                ContractJson.Options),
            ReceivedAt = data.OccurredAt,
            MessageId = id.ToString(),
            ContentType = "application/vnd.masstransit+json",
            Source = "platform-service",
            Number = number + 1,
        };
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        Metrics.Dispose();
        Directory.Delete(Folder, recursive: true);
        await Drop(_admin);
    }

    private static string Of(string connection) => new NpgsqlConnectionStringBuilder(connection) { Database = Name }.ConnectionString;

    private static async Task Drop(string admin)
    {
        await using var server = NpgsqlDataSource.Create(admin);
        foreach (var sql in new[] { $"DROP DATABASE IF EXISTS {Name} WITH (FORCE)", $"DROP ROLE IF EXISTS {Name}_owner" })
        {
            await using var command = server.CreateCommand(sql);
            await command.ExecuteNonQueryAsync();
        }
    }
}
