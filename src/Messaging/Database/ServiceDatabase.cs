using Npgsql;

namespace Sovereignty.Messaging.Database;

/// <summary>
/// The service's own database, reached two ways: as a consumer that acts for all tenants, and for requests, which see
/// nothing until the transaction names the caller's tenant.
/// </summary>
internal sealed class ServiceDatabase : IAsyncDisposable
{
    // The relay's statements are planned while the outbox is empty, when reading all of it looks cheapest, and are kept when it
    // is not; what is priced out that way must not set off the JIT compiler. Unpooled, so that what the session holds ends with it.
    public ServiceDatabase(string connectionString)
    {
        Consumers = Build(connectionString, "-c sovereignty.tenant=*");
        Requests = Build(connectionString, "-c sovereignty.tenant=");
        Relay = Build(connectionString, "-c enable_seqscan=off -c jit=off", pooling: false);
    }

    public NpgsqlDataSource Consumers { get; }

    public NpgsqlDataSource Requests { get; }

    public NpgsqlDataSource Relay { get; }

    public async ValueTask DisposeAsync()
    {
        await Relay.DisposeAsync();
        await Consumers.DisposeAsync();
        await Requests.DisposeAsync();
    }

    private static NpgsqlDataSource Build(string connectionString, string options, bool pooling = true)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            Options = options,
            Pooling = pooling,
            NoResetOnClose = true,
            MaxAutoPrepare = 64,
            AutoPrepareMinUsages = 2,
        };
        return new NpgsqlDataSourceBuilder(settings.ConnectionString).Build();
    }
}
