using Npgsql;

namespace Sovereignty.AuditService.Drill;

/// <summary>Databases made from a template that nobody else uses, on a server where anything may be broken.</summary>
/// <param name="superuser">Connection string of the superuser.</param>
/// <param name="writer">Connection string of the role that appends.</param>
/// <param name="reader">Connection string of the role that reads.</param>
/// <param name="template">The database of the log.</param>
internal sealed class DrillGround(string superuser, string writer, string reader, string template)
{
    private int _made;

    public async Task<string> Make(CancellationToken ct)
    {
        var name = $"drill_{++_made}";
        await using var connection = await Open(Identity.Superuser, "postgres", null, ct);
        await using var command = new NpgsqlCommand("SELECT datdba::regrole::text FROM pg_database WHERE datname = $1", connection) { Parameters = { new() { Value = template } } };
        await Execute(connection, $"CREATE DATABASE {name} OWNER {await command.ExecuteScalarAsync(ct)} TEMPLATE {template}", ct);

        // A copy has not the rights that the log's database gives.
        await Execute(connection, $"REVOKE ALL ON DATABASE {name} FROM PUBLIC; GRANT CONNECT ON DATABASE {name} TO {Role(writer)}, {Role(reader)}", ct);
        return name;
    }

    public async Task Drop(string database, CancellationToken ct)
    {
        await using var connection = await Open(Identity.Superuser, "postgres", null, ct);
        await Execute(connection, $"DROP DATABASE {database} WITH (FORCE)", ct);
    }

    public async Task<NpgsqlConnection> Open(Identity who, string database, string? owner, CancellationToken ct)
    {
        var connection = new NpgsqlConnection(ConnectionString(who, database));
        await connection.OpenAsync(ct);
        if (who == Identity.Owner)
        {
            await Execute(connection, $"SET ROLE {owner}", ct);
        }

        return connection;
    }

    public string ConnectionString(Identity who, string database)
    {
        var role = who switch { Identity.Writer => writer, Identity.Reader => reader, _ => superuser };
        return new NpgsqlConnectionStringBuilder(role) { Database = database, Pooling = false, IncludeErrorDetail = false }.ConnectionString;
    }

    private static string Role(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString).Username!;

    private static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(ct);
    }
}
