using System.Data;
using Npgsql;

namespace Sovereignty.AuditService.SearchAudit;

/// <summary>The log as of one moment, as the reader whom the filters name may see it.</summary>
internal sealed class ReaderView : IAsyncDisposable
{
    private readonly NpgsqlTransaction _transaction;

    private ReaderView(NpgsqlConnection connection, NpgsqlTransaction transaction) => (Connection, _transaction) = (connection, transaction);

    public NpgsqlConnection Connection { get; }

    public static async Task<ReaderView> Open(AuditDatabase database, AuditFilters filters, CancellationToken ct)
    {
        var connection = await database.Read.OpenConnectionAsync(ct);
        try
        {
            var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
            await using var reader = new NpgsqlCommand("SELECT set_config('audit.reader', $1, true)", connection);
            reader.Parameters.Add(new() { Value = filters.Reader });
            await reader.ExecuteNonQueryAsync(ct);
            return new ReaderView(connection, transaction);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await Connection.DisposeAsync();
    }
}
