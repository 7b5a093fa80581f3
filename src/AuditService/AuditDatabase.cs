using Npgsql;

namespace Sovereignty.AuditService;

/// <summary>The log's database by its two roles: one that can only append, one that can only read.</summary>
internal sealed class AuditDatabase(string append, string read) : IAsyncDisposable
{
    public NpgsqlDataSource Append { get; } = Build(append);

    public NpgsqlDataSource Read { get; } = Build(read);

    public async ValueTask DisposeAsync()
    {
        await Append.DisposeAsync();
        await Read.DisposeAsync();
    }

    private static NpgsqlDataSource Build(string connectionString) =>
        new NpgsqlDataSourceBuilder(new NpgsqlConnectionStringBuilder(connectionString) { MaxAutoPrepare = 32, AutoPrepareMinUsages = 2, WriteBufferSize = 64 * 1024 }.ConnectionString).Build();
}
