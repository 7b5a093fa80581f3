using Npgsql;

namespace Sovereignty.Messaging.Database;

/// <summary>
/// The service's own database, reached two ways: as a consumer that acts for all tenants, and for requests, which see
/// nothing until the transaction names the caller's tenant.
/// </summary>
internal sealed class ServiceDatabase : IAsyncDisposable
{
    public ServiceDatabase(string connectionString)
    {
        Consumers = Build(connectionString, "-c sovereignty.tenant=*");
        Requests = Build(connectionString, "-c sovereignty.tenant=");
    }

    public NpgsqlDataSource Consumers { get; }

    public NpgsqlDataSource Requests { get; }

    public async ValueTask DisposeAsync()
    {
        await Consumers.DisposeAsync();
        await Requests.DisposeAsync();
    }

    private static NpgsqlDataSource Build(string connectionString, string options)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            Options = options,
            NoResetOnClose = true,
            MaxAutoPrepare = 64,
            AutoPrepareMinUsages = 2,
        };
        return new NpgsqlDataSourceBuilder(settings.ConnectionString).Build();
    }
}
