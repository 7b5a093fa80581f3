using System.Reflection;
using System.Security.Cryptography;
using MassTransit;
using MassTransit.RabbitMqTransport;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using RabbitMQ.Client;
using Sovereignty.Messaging.Database;

namespace Sovereignty.Messaging.Bench;

/// <summary>Databases, queues and exchanges of the bench's own in the platform's broker and database server, gone with it.</summary>
internal sealed class Place(Uri broker, string admin, IConnection connection) : IAsyncDisposable
{
    private static readonly RabbitMqMessageNameFormatter Names = new();
    private readonly string _password = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
    private readonly HashSet<string> _databases = [];
    private readonly HashSet<string> _queues = [];
    private readonly HashSet<string> _exchanges = [];

    public IConnection Connection => connection;

    public string User { get; } = Uri.UnescapeDataString(broker.UserInfo.Split(':')[0]);

    public static async Task<Place> Open()
    {
        var broker = new Uri(Required("ConnectionStrings__rabbit"));
        return new(broker, Required("ConnectionStrings__admin"), await Connect(broker));
    }

    public string ExchangeOf<T>()
        where T : class
    {
        var exchange = Names.GetMessageName(typeof(T));
        _exchanges.Add(exchange);
        return exchange;
    }

    /// <summary>A connection of the caller's own.</summary>
    public Task<IConnection> Connect() => Connect(broker);

    /// <summary>Exchanges to delete in the end.</summary>
    public void Exchange(params string[] names) => _exchanges.UnionWith(names);

    /// <summary>A queue to delete in the end, with what belongs to it.</summary>
    public string Queue(string name)
    {
        _queues.Add(name);
        return name;
    }

    /// <summary>A new, empty database with the messaging tables and those of the bench; answers with the connection string of its user.</summary>
    public async Task<string> Database(string name)
    {
        await Drop(name);
        _databases.Add(name);
        var user = new NpgsqlConnectionStringBuilder(admin) { Database = name, Username = name, Password = _password }.ConnectionString;
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:database"] = user,
            ["ConnectionStrings:admin"] = admin,
        }).Build();
        return await DatabaseMigration.Run(configuration, Assembly.GetExecutingAssembly()) == 0
            ? user
            : throw new InvalidOperationException($"The database {name} could not be made.");
    }

    /// <summary>A connection to a database of the bench with all rights.</summary>
    public NpgsqlDataSource Admin(string database) =>
        NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(admin) { Database = database, CommandTimeout = 300 });

    /// <summary>A service as those of the platform are, but for telemetry.</summary>
    public async Task<IHost> Service(string name, string database, Action<MessagingBuilder> configure, Action<IServiceCollection>? services = null)
    {
        var builder = Builder();
        services?.Invoke(builder.Services);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:rabbit"] = broker.ToString(),
            ["ConnectionStrings:database"] = database,
        });
        builder.AddMessaging(name, configure);
        return await Start(builder);
    }

    /// <summary>MassTransit as it comes.</summary>
    public async Task<IHost> BareService(Action<IRabbitMqBusFactoryConfigurator> configure, Action<IServiceCollection>? services = null)
    {
        var builder = Builder();
        services?.Invoke(builder.Services);
        builder.Services.AddMassTransit(registration =>
        {
            registration.DisableUsageTelemetry();
            registration.UsingRabbitMq((_, bus) =>
            {
                bus.Host(broker);
                bus.DeployPublishTopology = true;
                configure(bus);
            });
        });
        return await Start(builder);
    }

    public async Task<string> Describe(string sql)
    {
        await using var source = NpgsqlDataSource.Create(admin);
        await using var command = source.CreateCommand(sql);
        return (string)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        await using (var channel = await connection.CreateChannelAsync())
        {
            foreach (var queue in _queues)
            {
                foreach (var name in new[] { queue, $"{queue}_dead", $"{queue}_error", $"{queue}_skipped" })
                {
                    await channel.QueueDeleteAsync(name);
                    await channel.ExchangeDeleteAsync(name);
                }
            }

            foreach (var exchange in _exchanges)
            {
                await channel.ExchangeDeleteAsync(exchange);
            }
        }

        await connection.DisposeAsync();
        foreach (var database in _databases)
        {
            await Drop(database);
        }
    }

    private static Task<IConnection> Connect(Uri broker) =>
        new ConnectionFactory { Uri = broker, ClientProvidedName = "bench" }.CreateConnectionAsync();

    private static HostApplicationBuilder Builder()
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace).SetMinimumLevel(LogLevel.Warning);
        return builder;
    }

    private static async Task<IHost> Start(HostApplicationBuilder builder)
    {
        builder.Services.AddOptions<MassTransitHostOptions>().Configure(options => options.WaitUntilStarted = true);
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    private static string Required(string name) =>
        Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"{name} is not set. Start the bench with ./sov bench messaging.");

    private async Task Drop(string database)
    {
        await using var server = NpgsqlDataSource.Create(admin);
        foreach (var sql in new[] { $"DROP DATABASE IF EXISTS {database} WITH (FORCE)", $"DROP ROLE IF EXISTS {database}", $"DROP ROLE IF EXISTS {database}_owner" })
        {
            await using var command = server.CreateCommand(sql);
            await command.ExecuteNonQueryAsync();
        }
    }
}
