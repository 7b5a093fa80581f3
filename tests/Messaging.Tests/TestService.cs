using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using RabbitMQ.Client;
using Sovereignty.Messaging.Database;
using Sovereignty.Messaging.Outbox;
using Sovereignty.Testing;

namespace Sovereignty.Messaging.Tests;

[CollectionDefinition(nameof(RealParts))]
public sealed class RealPartsCollection : ICollectionFixture<RealParts>;

/// <summary>A service with a database of its own, like those of the platform.</summary>
internal sealed class TestService : IAsyncDisposable
{
    private readonly IHost _host;

    private TestService(IHost host, string database, Uri broker)
    {
        _host = host;
        Database = NpgsqlDataSource.Create(database);
        Broker = broker;
    }

    public NpgsqlDataSource Database { get; }

    public Uri Broker { get; }

    public IServiceProvider Services => _host.Services;

    public static async Task<TestService> Start(RealParts parts, string database, Action<MessagingBuilder> configure, Action<IServiceCollection>? services = null)
    {
        var builder = Host.CreateApplicationBuilder();
        var connection = new NpgsqlConnectionStringBuilder(parts.AdminDatabase) { Database = database, Username = database, Password = "test" }.ConnectionString;
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:rabbit"] = parts.Broker.ToString(),
            ["ConnectionStrings:database"] = connection,
            ["ConnectionStrings:admin"] = parts.AdminDatabase,
        });
        builder.Logging.ClearProviders();
        Assert.Equal(0, await DatabaseMigration.Run(builder.Configuration, typeof(TestService).Assembly));
        builder.AddMessaging(database, configure);
        services?.Invoke(builder.Services);
        var host = builder.Build();
        await host.StartAsync();
        var service = new TestService(host, connection, parts.Broker);
        await Eventually.True(() => service.Services.GetRequiredService<IBusControl>().CheckHealth().Status == BusHealthStatus.Healthy, "the bus is healthy");
        return service;
    }

    public async Task Commit(Action<UnitOfWork> work)
    {
        await using var scope = _host.Services.CreateAsyncScope();
        var unit = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
        await unit.BeginForConsumer(CancellationToken.None);
        work(unit);
        await unit.Commit(CancellationToken.None);
    }

    public Task StopRelay() => Services.GetServices<IHostedService>().OfType<OutboxRelay>().Single().StopAsync(CancellationToken.None);

    public async Task<long> Count(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        return Convert.ToInt64(await command.ExecuteScalarAsync());
    }

    public async Task<uint> QueueDepth(string queue)
    {
        await using var connection = await new ConnectionFactory { Uri = Broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        return (await channel.QueueDeclarePassiveAsync(queue)).MessageCount;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        await Database.DisposeAsync();
    }
}
