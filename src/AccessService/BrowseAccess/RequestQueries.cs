using System.Globalization;
using System.Text;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Sovereignty.AccessService.Requests;
using Sovereignty.Contracts;

namespace Sovereignty.AccessService.BrowseAccess;

/// <summary>What a list is narrowed to.</summary>
internal sealed record RequestFilter
{
    /// <summary>States as they are at the moment; null for all.</summary>
    public IReadOnlyList<string>? States { get; init; }

    public string? Requester { get; init; }

    public string? DataId { get; init; }
}

/// <summary>Lists of requests, newest first; the inbox oldest first.</summary>
internal static class RequestQueries
{
    public static Task<IReadOnlyList<AccessRequest>> List(
        NpgsqlConnection connection, Visibility visibility, RequestFilter filter, Guid? before, int count, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand { Connection = connection };
        var sql = new StringBuilder("SELECT body FROM access.request WHERE true");
        if (visibility.TenantId is { } tenant)
        {
            // Row-level security would see to it too, but no index serves that.
            sql.Append(CultureInfo.InvariantCulture, $" AND tenant_id = {Parameter(command, tenant)}");
        }

        if (!visibility.All)
        {
            sql.Append(CultureInfo.InvariantCulture, $" AND ((requester = {Parameter(command, visibility.Subject)} AND requester_issuer = {Parameter(command, visibility.Issuer)})");
            sql.Append(visibility.Jurisdiction is { } jurisdiction ? $" OR jurisdiction = {Parameter(command, jurisdiction)})" : ")");
        }

        if (filter.Requester is { } requester)
        {
            sql.Append(CultureInfo.InvariantCulture, $" AND requester = {Parameter(command, requester)}");
        }

        if (filter.DataId is { } data)
        {
            sql.Append(CultureInfo.InvariantCulture, $" AND data_id = {Parameter(command, data)}");
        }

        if (filter.States is { } states)
        {
            sql.Append(CultureInfo.InvariantCulture, $" AND ({InStates(command, states, now)})");
        }

        if (before is not null)
        {
            sql.Append(CultureInfo.InvariantCulture, $" AND correlation_id < {Parameter(command, before)}");
        }

        sql.Append(CultureInfo.InvariantCulture, $" ORDER BY correlation_id DESC LIMIT {Parameter(command, count)}");
        command.CommandText = sql.ToString();
        return Read(command, cancellationToken);
    }

    /// <summary>What waits for one person to decide: as <see cref="CommandRules"/> would let them.</summary>
    public static Task<IReadOnlyList<AccessRequest>> Inbox(
        NpgsqlConnection connection, string tenantId, Actor approver, Guid? after, int count, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            """
            SELECT body FROM access.request
            WHERE tenant_id = $1 AND jurisdiction = $2 AND state = 'AwaitingApproval' AND correlation_id > $3
            AND body -> 'routing' -> 'stages' -> (body -> 'routing' ->> 'stage')::int -> 'roles' ?| $4
            AND NOT (requester = $5 AND requester_issuer = $6)
            AND NOT body -> 'votes' @> $7
            AND (body ->> 'lapsesAt')::timestamptz > $8
            ORDER BY correlation_id LIMIT $9
            """,
            connection);
        command.Parameters.Add(new() { Value = tenantId });
        command.Parameters.Add(new() { Value = approver.Country ?? "" });
        command.Parameters.Add(new() { Value = after ?? Guid.Empty });
        command.Parameters.Add(new() { Value = approver.Roles.ToArray() });
        command.Parameters.Add(new() { Value = approver.Subject });
        command.Parameters.Add(new() { Value = approver.Issuer });
        command.Parameters.Add(new()
        {
            Value = JsonSerializer.Serialize(new[] { new { Actor = new { approver.Issuer, approver.Subject } } }, ContractJson.Options),
            NpgsqlDbType = NpgsqlDbType.Jsonb,
        });
        command.Parameters.Add(new() { Value = now });
        command.Parameters.Add(new() { Value = count });
        return Read(command, cancellationToken);
    }

    /// <summary>As <see cref="States.At"/> says it, for an index on the state to serve.</summary>
    private static string InStates(NpgsqlCommand command, IReadOnlyList<string> states, DateTimeOffset now)
    {
        var (moment, ways) = (Parameter(command, now), new List<string>());
        Stored(states.Except(States.Pending).Except(States.Granted), "");
        Stored(states.Intersect(States.Pending), $" AND (body ->> 'lapsesAt')::timestamptz > {moment}");
        Stored(states.Intersect(States.Granted), $" AND (body -> 'grant' ->> 'endsAt')::timestamptz > {moment}");
        Stored(states.Contains(States.Lapsed) ? States.Pending : [], $" AND (body ->> 'lapsesAt')::timestamptz <= {moment}");
        Stored(states.Contains(States.Ended) ? States.Granted : [], $" AND (body -> 'grant' ->> 'endsAt')::timestamptz <= {moment}");
        return string.Join(" OR ", ways);

        void Stored(IEnumerable<string> stored, string condition)
        {
            if (stored.ToArray() is { Length: > 0 } names)
            {
                ways.Add($"(state = ANY ({Parameter(command, names)}){condition})");
            }
        }
    }

    private static async Task<IReadOnlyList<AccessRequest>> Read(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using (command)
        {
            var requests = new List<AccessRequest>();
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                requests.Add(JsonSerializer.Deserialize<AccessRequest>(reader.GetString(0), ContractJson.Options)!);
            }

            return requests;
        }
    }

    private static string Parameter(NpgsqlCommand command, object value)
    {
        command.Parameters.Add(new() { Value = value });
        return string.Create(CultureInfo.InvariantCulture, $"${command.Parameters.Count}");
    }
}
