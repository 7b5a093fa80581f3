using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Npgsql;
using Sovereignty.AuditService.Keys;

namespace Sovereignty.AuditService.SearchAudit;

/// <summary>Filters as SQL.</summary>
internal static class SearchSql
{
    // Only what is asked for stands in the query, so that indexes serve it.
    public static string Matches(NpgsqlCommand command, AuditFilters filters, SearchTokens tokens, long before)
    {
        var sql = new StringBuilder($"FROM audit.searchable AS s WHERE s.index < {Parameter(command, before)}");
        sql.Append(filters.Tenant is { } tenant ? $" AND s.tenant = {Parameter(command, tenant)}" : " AND s.tenant IS NULL");
        And(" AND s.occurred_at >= {0}", filters.From?.UtcDateTime);
        And(" AND s.occurred_at < {0}", filters.To?.UtcDateTime);
        And(" AND s.user_token = {0}", filters.User is { } user ? tokens.User(filters.Tenant, user) : null);
        And(" AND s.data_token = {0}", filters.DataId is { } data ? tokens.Data(filters.Tenant, data) : null);
        And(" AND {0} = ANY (s.regions)", filters.Region);
        And(" AND {0} = ANY (s.actions)", filters.Action);
        And(" AND s.type = {0}", filters.Type);
        return sql.ToString();

        void And([StringSyntax(StringSyntaxAttribute.CompositeFormat)] string condition, object? value)
        {
            if (value is not null)
            {
                sql.AppendFormat(CultureInfo.InvariantCulture, condition, Parameter(command, value));
            }
        }
    }

    public static string Parameter(NpgsqlCommand command, object value)
    {
        command.Parameters.Add(new() { Value = value });
        return string.Create(CultureInfo.InvariantCulture, $"${command.Parameters.Count}");
    }
}
