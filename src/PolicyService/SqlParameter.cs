using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Sovereignty.Contracts;

namespace Sovereignty.PolicyService;

/// <summary>Parameters whose type PostgreSQL has to be told.</summary>
internal static class SqlParameter
{
    public static NpgsqlParameter Text(string? value) => new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };

    public static NpgsqlParameter Json<T>(T value) => new() { Value = JsonSerializer.Serialize(value, ContractJson.Options), NpgsqlDbType = NpgsqlDbType.Jsonb };
}
