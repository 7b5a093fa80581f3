using Npgsql;
using Sovereignty.Messaging.Database;

namespace Sovereignty.AccessService.Enforce;

/// <summary>
/// Reads without a transaction around them: one statement, one round trip. Row-level security lets these connections see every
/// tenant and write nothing, so each statement names the tenant itself.
/// </summary>
internal sealed class ReadDatabase : IAsyncDisposable
{
    private readonly NpgsqlDataSource _source;

    public ReadDatabase(IConfiguration configuration)
    {
        _source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(configuration.GetConnectionString("database"))
        {
            Options = "-c sovereignty.tenant=* -c default_transaction_read_only=on",
            NoResetOnClose = true,
            MaxAutoPrepare = 16,
            AutoPrepareMinUsages = 2,
        });
    }

    public async Task<T> Read<T>(Func<NpgsqlConnection, Task<T>> read, CancellationToken cancellationToken)
    {
        try
        {
            return await Once(read, cancellationToken);
        }
        catch (NpgsqlException exception) when (Transient.IsAway(exception))
        {
            // After a restart of the database the pool is full of connections that do not know it yet.
            _source.Clear();
            return await Once(read, cancellationToken);
        }
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private async Task<T> Once<T>(Func<NpgsqlConnection, Task<T>> read, CancellationToken cancellationToken)
    {
        await using var connection = await _source.OpenConnectionAsync(cancellationToken);
        try
        {
            return await read(connection);
        }
        catch (PostgresException)
        {
            // Where a statement failed while it was prepared by itself, the next one on the same connection gets its rows mixed up.
            _source.Clear();
            throw;
        }
    }
}
