using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Sovereignty.Contracts;

namespace Sovereignty.AccessService.People;

/// <summary>A recorded version of a person's standing.</summary>
internal sealed record PersonRow(Standing Person, DateTimeOffset RecordedAt, Actor RecordedBy);

/// <summary>What a list of people is narrowed to.</summary>
internal sealed record PeopleFilter(string? TenantId, string? Role, string? Jurisdiction, bool? Active);

/// <summary>Every version of every person's standing. Row-level security shows a tenant its own.</summary>
internal static class PeopleTable
{
    private const long Lock = 0x61636365_73730003;
    private const string Columns = $"{StandingColumns}, recorded_at, recorded_by";
    public const string StandingColumns = "tenant_id, subject, version, display_name, roles, jurisdictions, active, valid_from";

    /// <summary>Makes changes of people follow one another. Taken before the first read that a change rests on.</summary>
    public static async Task LockChanges(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT pg_advisory_xact_lock($1)", connection) { Parameters = { new() { Value = Lock } } };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>What holds of everybody at a moment: in a tenant, or in all of them.</summary>
    public static Task<List<Standing>> ListStandings(NpgsqlConnection connection, string? tenantId, DateTimeOffset moment, CancellationToken cancellationToken) =>
        Query(
            connection,
            $"SELECT DISTINCT ON (tenant_id, subject) {StandingColumns} FROM access.standing WHERE ($1 IS NULL OR tenant_id = $1) AND valid_from <= $2 ORDER BY tenant_id, subject, version DESC",
            ReadStanding,
            cancellationToken,
            Text(tenantId),
            new() { Value = moment });

    /// <summary>What holds of one person at a moment; null where the directory does not know them.</summary>
    public static async Task<Standing?> FindStanding(NpgsqlConnection connection, string tenantId, string subject, DateTimeOffset moment, CancellationToken cancellationToken) =>
        (await Query(
            connection,
            $"SELECT {StandingColumns} FROM access.standing WHERE tenant_id = $1 AND subject = $2 AND valid_from <= $3 ORDER BY version DESC LIMIT 1",
            ReadStanding,
            cancellationToken,
            new() { Value = tenantId },
            new() { Value = subject },
            new() { Value = moment })).SingleOrDefault();

    public static Task<List<PersonRow>> ListVersions(NpgsqlConnection connection, string tenantId, string subject, int after, int limit, CancellationToken cancellationToken) =>
        Query(
            connection,
            $"SELECT {Columns} FROM access.standing WHERE tenant_id = $1 AND subject = $2 AND version > $3 ORDER BY version LIMIT $4",
            ReadRow,
            cancellationToken,
            new() { Value = tenantId },
            new() { Value = subject },
            new() { Value = after },
            new() { Value = limit });

    /// <summary>
    /// All versions of a page of people, by tenant and subject. A filter asks what holds at the moment; without one those whose
    /// first version is still to come are there too.
    /// </summary>
    public static Task<List<PersonRow>> ListPeople(
        NpgsqlConnection connection, PeopleFilter filter, (string Tenant, string Subject)? after, int limit, DateTimeOffset moment, CancellationToken cancellationToken) =>
        Query(
            connection,
            $"""
            WITH people AS (
                SELECT tenant_id, subject FROM (
                    SELECT DISTINCT ON (tenant_id, subject) * FROM access.standing
                    WHERE ($1 IS NULL OR tenant_id = $1) AND ($2 IS NULL OR (tenant_id, subject) > ($2, $3))
                    ORDER BY tenant_id, subject, valid_from <= $4 DESC, version DESC) AS newest
                WHERE ($5 IS NULL OR ($5 = ANY (roles) AND valid_from <= $4))
                AND ($6 IS NULL OR ($6 = ANY (jurisdictions) AND valid_from <= $4))
                AND ($7 IS NULL OR (active AND valid_from <= $4) = $7)
                ORDER BY tenant_id, subject LIMIT $8)
            SELECT {Columns} FROM access.standing JOIN people USING (tenant_id, subject) ORDER BY tenant_id, subject, version
            """,
            ReadRow,
            cancellationToken,
            Text(filter.TenantId),
            Text(after?.Tenant),
            Text(after?.Subject),
            new() { Value = moment },
            Text(filter.Role),
            Text(filter.Jurisdiction),
            new() { Value = (object?)filter.Active ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Boolean },
            new() { Value = limit });

    public static async Task Insert(NpgsqlConnection connection, PersonRow row, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"INSERT INTO access.standing ({Columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)", connection)
        {
            Parameters =
            {
                new() { Value = row.Person.TenantId },
                new() { Value = row.Person.Subject },
                new() { Value = row.Person.Version },
                Text(row.Person.DisplayName),
                new() { Value = row.Person.Roles.ToArray() },
                new() { Value = row.Person.Jurisdictions.ToArray() },
                new() { Value = row.Person.Active },
                new() { Value = row.Person.ValidFrom },
                new() { Value = row.RecordedAt },
                new() { Value = JsonSerializer.Serialize(row.RecordedBy, ContractJson.Options), NpgsqlDbType = NpgsqlDbType.Jsonb },
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<List<T>> Query<T>(
        NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        var rows = new List<T>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    public static Standing ReadStanding(NpgsqlDataReader reader) => new(
        reader.GetString(0),
        reader.GetString(1),
        reader.GetInt32(2),
        reader.IsDBNull(3) ? null : reader.GetString(3),
        reader.GetFieldValue<string[]>(4),
        reader.GetFieldValue<string[]>(5),
        reader.GetBoolean(6),
        reader.GetFieldValue<DateTimeOffset>(7));

    private static PersonRow ReadRow(NpgsqlDataReader reader) =>
        new(ReadStanding(reader), reader.GetFieldValue<DateTimeOffset>(8), JsonSerializer.Deserialize<Actor>(reader.GetString(9), ContractJson.Options)!);

    private static NpgsqlParameter Text(string? value) => new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };
}
