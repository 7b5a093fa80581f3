using System.Globalization;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Sovereignty.AccessService.People;
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

/// <summary>
/// Lists of requests, newest first; the inbox oldest first. Each list is merged of ordered scans, one for each way in which a
/// request may belong to it: an index serves each, while none serves this or that.
/// </summary>
internal static class RequestQueries
{
    private const int NamedPeople = 8;

    private static readonly IReadOnlyList<string> AllStates =
    [
        .. States.Pending, .. States.Granted,
        States.Refused, States.Denied, States.Withdrawn, States.Lapsed, States.Ended, States.GivenBack, States.Exhausted, States.Revoked,
    ];

    public static Task<IReadOnlyList<AccessRequest>> List(
        NpgsqlConnection connection, Visibility visibility, RequestFilter filter, Guid? before, int count, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var query = new Query(connection);
        var order = $"ORDER BY correlation_id DESC LIMIT {query.Add(count)}";
        var (subject, issuer) = (query.Add(visibility.Subject), query.Add(visibility.Issuer));
        var (moment, states) = (query.Add(now), StatesOf(filter.States));
        var narrowed = string.Concat(
            filter.Requester is { } requester ? $" AND requester = {query.Add(requester)}" : "",
            filter.DataId is { } data ? $" AND data_id = {query.Add(data)}" : "",
            before is { } last ? $" AND correlation_id < {query.Add(last)}" : "");

        // Row-level security would see to the tenant too, but no index serves that.
        var tenants = visibility.TenantId is { } tenant ? $"(SELECT {query.Add(tenant)} AS name) AS tenants" : AllTenants;
        var ways = new List<string>();
        if (visibility.All)
        {
            Way(tenants, "", always: filter.States is null);
        }
        else
        {
            var own = $"requester = {subject} AND requester_issuer = {issuer}";
            Way(tenants, $" AND {own}", always: false);
            if (visibility.Jurisdictions is [_, ..] jurisdictions)
            {
                Way($"{tenants} CROSS JOIN unnest({query.Add(jurisdictions.ToArray())}) AS jurisdictions (code)", $" AND jurisdiction = jurisdictions.code AND NOT ({own})", always: false);
            }
        }

        return query.Read(ways, order, cancellationToken);

        void Way(string scope, string condition, bool always)
        {
            condition = $"tenant_id = tenants.name{condition}{narrowed}";
            if (always)
            {
                ways.Add($"SELECT found.* FROM {scope} CROSS JOIN LATERAL (SELECT correlation_id FROM access.request WHERE {condition} {order}) AS found");
                return;
            }

            foreach (var (stored, due) in states.Stored)
            {
                ways.Add($"""
                    SELECT found.* FROM {scope} CROSS JOIN unnest('{Literal(stored)}'::text[]) AS states (name)
                    CROSS JOIN LATERAL (SELECT correlation_id FROM access.request WHERE {condition} AND state = states.name{(due ? $" AND due_at > {moment}" : "")} {order}) AS found
                    """);
            }

            if (states.Overdue is [_, ..] overdue)
            {
                ways.Add($"""
                    SELECT found.* FROM {scope}
                    CROSS JOIN LATERAL (SELECT correlation_id FROM access.request WHERE {condition} AND due_at <= {moment} AND state IN ({Names(overdue)}) {order}) AS found
                    """);
            }
        }
    }

    /// <summary>What waits for one person to decide: as <see cref="CommandRules"/> would let them.</summary>
    public static Task<IReadOnlyList<AccessRequest>> Inbox(
        NpgsqlConnection connection, Visibility person, Guid? after, int count, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (person.TenantId is not { } tenant || person.Jurisdictions is [])
        {
            return Task.FromResult<IReadOnlyList<AccessRequest>>([]);
        }

        var roles = Standing.DecidingRoles.Select((role, place) => person.Roles.Contains(role) ? 1 << place : 0).Sum();
        var byRole = Enumerable.Range(1, (2 * NamedPeople) - 1).Where(mask => (mask & roles) != 0).Select(mask => (short)mask).ToArray();
        var query = new Query(connection);
        var order = $"ORDER BY correlation_id LIMIT {query.Add(count)}";
        var (jurisdictions, subject, issuer) = (query.Add(person.Jurisdictions.ToArray()), query.Add(person.Subject), query.Add(person.Issuer));
        var waits = $"""
            tenant_id = {query.Add(tenant)} AND state = '{States.AwaitingApproval}' AND correlation_id > {query.Add(after ?? Guid.Empty)} AND due_at > {query.Add(now)}
            AND NOT (requester = {subject} AND requester_issuer = {issuer})
            AND NOT jsonb_path_query_array(body -> 'votes', '$[$from to last]', jsonb_build_object('from', coalesce(body -> 'routing' -> 'votesBeforeRoute', '0'))) @> {query.AddJson(new[] { new { Actor = new { person.Issuer, person.Subject } } })}
            """;
        string[] ways =
        [
            $"""
            SELECT found.* FROM unnest({jurisdictions}) AS jurisdictions (code) CROSS JOIN unnest({query.Add(byRole)}) AS deciders (mask)
            CROSS JOIN LATERAL (
                SELECT correlation_id FROM access.request WHERE {waits} AND jurisdiction = jurisdictions.code AND request.deciders = deciders.mask {order}) AS found
            """,
            $"""
            SELECT request.correlation_id FROM access.named({subject}) AS named (id) JOIN access.request ON correlation_id = named.id
            WHERE {waits} AND jurisdiction = ANY ({jurisdictions}) AND request.deciders & {query.Add((short)roles)} = 0
            """,
        ];
        return query.Read(ways, order, cancellationToken);
    }

    // One after the other, each by a look at the index: there are few tenants and many requests.
    private const string AllTenants =
        """
        (WITH RECURSIVE known AS (
            (SELECT tenant_id AS name FROM access.request ORDER BY tenant_id LIMIT 1)
            UNION ALL
            SELECT (SELECT tenant_id FROM access.request WHERE tenant_id > known.name ORDER BY tenant_id LIMIT 1) FROM known WHERE known.name IS NOT NULL)
        SELECT name FROM known WHERE name IS NOT NULL) AS tenants
        """;

    /// <summary>As <see cref="States.At"/> says it: stored states, with whether they hold only until something is due, and those of which something is overdue.</summary>
    private static (IReadOnlyList<(IReadOnlyList<string> States, bool UntilDue)> Stored, IReadOnlyList<string> Overdue) StatesOf(IReadOnlyList<string>? wanted)
    {
        if (wanted is null)
        {
            return ([(AllStates, false)], []);
        }

        var (overdue, stored) = (new List<string>(), new List<(IReadOnlyList<string>, bool)>());
        Add(wanted.Except(States.Pending).Except(States.Granted), untilDue: false);
        Timed(States.Pending, States.Lapsed);
        Timed(States.Granted, States.Ended);
        return (stored, overdue);

        void Timed(IReadOnlyList<string> states, string end)
        {
            if (wanted.Contains(end) && !states.Except(wanted).Any())
            {
                Add(states, untilDue: false);
                return;
            }

            Add(states.Intersect(wanted), untilDue: true);
            if (wanted.Contains(end))
            {
                overdue.AddRange(states);
            }
        }

        void Add(IEnumerable<string> states, bool untilDue)
        {
            if (states.ToArray() is { Length: > 0 } names)
            {
                stored.Add((names, untilDue));
            }
        }
    }

    private static string Literal(IEnumerable<string> states) => $"{{{string.Join(',', states)}}}";

    private static string Names(IEnumerable<string> states) => string.Join(", ", states.Select(state => $"'{state}'"));

    private sealed class Query(NpgsqlConnection connection)
    {
        private readonly NpgsqlCommand _command = new() { Connection = connection };

        public string Add(object value) => Add(new NpgsqlParameter { Value = value });

        public string AddJson<T>(T value) => Add(new NpgsqlParameter { Value = JsonSerializer.Serialize(value, ContractJson.Options), NpgsqlDbType = NpgsqlDbType.Jsonb });

        public async Task<IReadOnlyList<AccessRequest>> Read(IReadOnlyList<string> ways, string order, CancellationToken cancellationToken)
        {
            await using (_command)
            {
                // The bodies last: they are large, and the ways find more than is wanted.
                _command.CommandText = $"""
                    SELECT request.body FROM ({string.Join("\nUNION ALL\n", ways)} {order}) AS found
                    JOIN access.request USING (correlation_id) {order}
                    """;
                var requests = new List<AccessRequest>();
                await using var reader = await _command.ExecuteReaderAsync(cancellationToken);
                while (await reader.ReadAsync(cancellationToken))
                {
                    requests.Add(JsonSerializer.Deserialize<AccessRequest>(reader.GetString(0), ContractJson.Options)!);
                }

                return requests;
            }
        }

        private string Add(NpgsqlParameter parameter)
        {
            _command.Parameters.Add(parameter);
            return string.Create(CultureInfo.InvariantCulture, $"${_command.Parameters.Count}");
        }
    }
}
