using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Sovereignty.AuditService.Appending;
using Sovereignty.AuditService.Checkpoints;
using Sovereignty.AuditService.Indexing;
using Sovereignty.AuditService.Keys;
using Sovereignty.AuditService.Receiving;
using Sovereignty.AuditService.Verification;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Data;
using Sovereignty.Messaging.Database;
using Sovereignty.TransparencyLog;
using Sovereignty.TransparencyLog.Verification;

namespace Sovereignty.AuditService.Tests;

/// <summary>A log of its own in a database of its own, migrated as in production.</summary>
internal sealed class TestLog : IAsyncDisposable
{
    private readonly List<NpgsqlDataSource> _sources = [];

    private TestLog(PostgresServer server, string database)
    {
        Server = server;
        DatabaseName = database;
        Folder = Directory.CreateTempSubdirectory("sov-audit-keys").FullName;
        Options = new AuditOptions
        {
            Origin = "audit.sovereignty.test/log",
            KeyFolder = Path.Combine(Folder, "keys"),
            MasterKey = Convert.ToBase64String(SHA256.HashData("master"u8)),
            SigningKeyFile = Path.Combine(Folder, "signing-key"),
        };
        Master = MasterKey.Parse(Options.MasterKey);
        Keys = new KeyStore(Options.KeyFolder, Master, TimeProvider.System);
        Tokens = new SearchTokens(Master);
        Sealer = new EntrySealer(Keys, Tokens);
        Append = Source(server.Login("audit_append", database));
        Read = Source(server.Login("audit_read", database));
        Superuser = Source(server.Superuser(database));
        Database = new AuditDatabase(server.Login("audit_append", database), server.Login("audit_read", database));
        Signer = SigningKey.Open(Options.SigningKeyFile, Options.Origin);
    }

    public PostgresServer Server { get; }

    public string DatabaseName { get; }

    public string Folder { get; }

    public AuditOptions Options { get; }

    public MasterKey Master { get; }

    public KeyStore Keys { get; }

    public SearchTokens Tokens { get; }

    public EntrySealer Sealer { get; }

    public AuditDatabase Database { get; }

    public NoteSigner Signer { get; }

    public NpgsqlDataSource Append { get; }

    public NpgsqlDataSource Read { get; }

    public NpgsqlDataSource Superuser { get; }

    public static async Task<TestLog> Create(PostgresServer server)
    {
        // The migration names its owner after the database; one server has room for one log at a time under those roles.
        await using (var admin = NpgsqlDataSource.Create(server.Superuser()))
        {
            await Execute(admin, "DROP DATABASE IF EXISTS audit WITH (FORCE)");
        }

        NpgsqlConnection.ClearAllPools();
        var log = new TestLog(server, "audit");
        Assert.Equal(0, await Migrate(server, "audit"));
        return log;
    }

    public static Task<int> Migrate(PostgresServer server, string database)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:admin"] = server.Superuser(),
            ["ConnectionStrings:database"] = server.Login("audit_append", database),
            ["ConnectionStrings:database-read"] = server.Login("audit_read", database),
        }).Build();
        return DatabaseMigration.Run(configuration, typeof(AuditOptions).Assembly, "database", "database-read");
    }

    public LogStore Store() => new(Append, Sealer, TimeProvider.System);

    public LogAppender Appender(int batchSize = 1_000) =>
        new(Store(), Sealer, new Diagnostics.AuditMetrics(), TimeProvider.System, NullLogger<LogAppender>.Instance, batchSize);

    public CheckpointSigner CheckpointSigner() =>
        new(Append, Signer, new CheckpointFile(Options.EffectiveCheckpointFile), Options.Origin, TimeSpan.FromSeconds(1), TimeProvider.System, NullLogger<CheckpointSigner>.Instance);

    public Task<LogReport> Verify() => VerifyCommand.Verify(Read, Options, null, default);

    public async Task<long> AppendMessages(int count, string tenant = "acme", int from = 0)
    {
        var store = Store();
        var size = 0L;
        foreach (var chunk in Enumerable.Range(from, count).Chunk(500))
        {
            var outcomes = store.Append([.. chunk.Select(i => Sealer.Prepare(Message(i, tenant)))], default);
            size = outcomes[^1].Index + 1;
        }

        await Index();
        return size;
    }

    /// <summary>Brings the search table up to the log.</summary>
    public async Task Index()
    {
        var indexer = new SearchIndexer(Database, Keys, Tokens, new Diagnostics.AuditMetrics(), TimeProvider.System, NullLogger<SearchIndexer>.Instance);
        while (await indexer.IndexNext(default))
        {
        }

        var (indexed, size) = await new IndexedLog(Database, TimeProvider.System).CatchUp(default);
        Assert.Equal(size, indexed);
    }

    public static ReceivedMessage Message(int number, string? tenant = "acme", string? id = null, string subject = "platform-service") => Message(
        new DataCreated
        {
            OccurredAt = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(number),
            TenantId = tenant,
            Actor = Actor.Service(subject),
            DataId = $"data-{number}",
            DataType = "payment",
            Classification = "transactional",
            PrimaryRegion = "eu-central-1",
            ReplicaRegions = ["eu-west-1"],
        },
        id ?? $"{tenant}-{number}");

    /// <summary>An event of a service that numbers what it publishes.</summary>
    public static ReceivedMessage Numbered(int i, string source = "policy-service") =>
        Message(i) with { Source = source, Number = i + 1, ReceivedAt = DateTimeOffset.UnixEpoch.AddYears(56).AddSeconds(i) };

    public static ReceivedMessage Message<T>(T message, string id)
        where T : class => new()
        {
            Body = JsonSerializer.SerializeToUtf8Bytes(
                new { messageId = id, messageType = (string[])[$"urn:message:{typeof(T).Namespace}:{typeof(T).Name}"], message }, ContractJson.Options),
            ReceivedAt = DateTimeOffset.UnixEpoch.AddYears(56),
            MessageId = id,
            ContentType = "application/vnd.masstransit+json",
            Source = "platform-service",
            Number = 1,
        };

    public static ReceivedMessage Raw(string body, string? id = null) =>
        new() { Body = Encoding.UTF8.GetBytes(body), ReceivedAt = DateTimeOffset.UnixEpoch.AddYears(56), MessageId = id, Source = "platform-service" };

    public Task<long> Count(string table) => Scalar<long>($"SELECT count(*) FROM audit.{table}");

    public async Task<T> Scalar<T>(string sql)
    {
        await using var command = Superuser.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Does something that only a superuser who switched every guard off can do.</summary>
    public Task Tamper(string sql) => Execute(
        Superuser,
        $"""
        ALTER EVENT TRIGGER audit_never_altered DISABLE;
        ALTER EVENT TRIGGER audit_never_dropped DISABLE;
        ALTER TABLE audit.entries DISABLE TRIGGER ALL; ALTER TABLE audit.conflicts DISABLE TRIGGER ALL; ALTER TABLE audit.search DISABLE TRIGGER ALL;
        ALTER TABLE audit.messages DISABLE TRIGGER ALL; ALTER TABLE audit.tiles DISABLE TRIGGER ALL; ALTER TABLE audit.checkpoints DISABLE TRIGGER ALL;
        ALTER TABLE audit.head DISABLE TRIGGER ALL; ALTER TABLE audit.promised DISABLE TRIGGER ALL; ALTER TABLE audit.indexed DISABLE TRIGGER ALL;
        {sql};
        """);

    public static async Task Execute(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    public void CloseIdleConnections()
    {
        foreach (var source in _sources.Append(Database.Append).Append(Database.Read))
        {
            source.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Signer.Dispose();
        await Database.DisposeAsync();
        foreach (var source in _sources)
        {
            await source.DisposeAsync();
        }

        Directory.Delete(Folder, recursive: true);
    }

    private NpgsqlDataSource Source(string connectionString)
    {
        var source = NpgsqlDataSource.Create(connectionString);
        _sources.Add(source);
        return source;
    }
}
