using System.Text.Json;
using Npgsql;
using Sovereignty.AccessService.Requests;
using Sovereignty.Contracts;

namespace Sovereignty.AccessService.Review;

/// <summary>Walks and the questions on their way. Whoever goes on with a walk holds its row until the commit, so instances take turns.</summary>
internal static class WalkTable
{
    private const string Columns =
        """
        walk_id, epoch, tenant_id, data_id, pending_before, started_after_tenant, started_after_id, has_wrapped, after_tenant, after_id, is_read,
        data_id IS NULL AND epoch < (SELECT newest FROM access.policy_epoch)
        """;

    private const string Live = "state IN ('AwaitingApproval', 'Scheduled', 'Active', 'Suspended')";

    /// <summary>
    /// Makes an epoch the newest and begins a walk for it, where the one that it supersedes stood, so that epochs in a row reach all;
    /// nothing where it is not newer. Under the lock, so that a decision by
    /// an older one is there to be found, or sees the number and is not taken.
    /// </summary>
    public static async Task BeginEpoch(NpgsqlConnection connection, long epoch, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("SELECT pg_advisory_xact_lock($1)") { Parameters = { new() { Value = ApprovalSource.Lock } } },
                new(
                    """
                    WITH raised AS (UPDATE access.policy_epoch SET newest = $1 WHERE newest < $1 RETURNING newest)
                    INSERT INTO access.walk (walk_id, epoch, started_after_tenant, started_after_id, after_tenant, after_id, begun_at, due_at)
                    SELECT $2, newest, coalesce(after_tenant, ''), coalesce(after_id, $4), coalesce(after_tenant, ''), coalesce(after_id, $4), $3, $3
                    FROM raised LEFT JOIN (
                        SELECT after_tenant, after_id FROM access.walk WHERE data_id IS NULL ORDER BY epoch DESC LIMIT 1) AS superseded ON true
                    """)
                {
                    Parameters = { new() { Value = epoch }, new() { Value = Guid.CreateVersion7(now) }, new() { Value = now }, new() { Value = Guid.Empty } },
                },
            },
        };
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>
    /// Begins a walk over what concerns some data, in place of older ones: what they asked is answered to nobody, and what they
    /// told and nobody has taken yet is on the way for the new one.
    /// </summary>
    public static async Task<Walk> BeginData(
        NpgsqlConnection connection, string tenantId, string dataId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var id = Guid.CreateVersion7(now);
        const string older = "FROM access.walk WHERE tenant_id = $1 AND data_id = $2 AND walk_id <> $3";
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                // An answer that an older one takes just now is waited for.
                Command($"SELECT {older} ORDER BY walk_id FOR UPDATE"),
                Command(
                    """
                    INSERT INTO access.walk (walk_id, epoch, tenant_id, data_id, pending_before, begun_at, due_at)
                    SELECT $3, newest, $1, $2, (
                        SELECT correlation_id FROM access.request
                        WHERE tenant_id = $1 AND data_id = $2 AND state IN ('Submitted', 'Validating') ORDER BY correlation_id DESC LIMIT 1), $4, $4
                    FROM access.policy_epoch
                    """,
                    new NpgsqlParameter { Value = now }),
                Command($"UPDATE access.review SET walk_id = $3 WHERE messages IS NOT NULL AND walk_id IN (SELECT walk_id {older})"),
                Command($"DELETE {older}"),
            },
        };
        await batch.ExecuteNonQueryAsync(cancellationToken);
        await using var begun = new NpgsqlCommand($"SELECT {Columns} FROM access.walk WHERE walk_id = $1", connection) { Parameters = { new() { Value = id } } };
        return (await Read(begun, cancellationToken))!;

        NpgsqlBatchCommand Command(string sql, params NpgsqlParameter[] more)
        {
            var command = new NpgsqlBatchCommand(sql) { Parameters = { new() { Value = tenantId }, new() { Value = dataId }, new() { Value = id } } };
            command.Parameters.AddRange(more);
            return command;
        }
    }

    /// <summary>A walk that is due and that no other instance goes on with.</summary>
    public static async Task<Walk?> TakeDue(NpgsqlConnection connection, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"SELECT {Columns} FROM access.walk WHERE due_at <= $1 ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED", connection)
        {
            Parameters = { new() { Value = now } },
        };
        return await Read(command, cancellationToken);
    }

    /// <summary>The walk of a question; null where nobody waits for its answer any more.</summary>
    public static async Task<Walk?> TakeOf(NpgsqlConnection connection, Guid reviewId, CancellationToken cancellationToken)
    {
        // The walk is locked before its question is looked for again: a second answer waits, and finds nothing.
        await using var command = new NpgsqlCommand(
            $"SELECT {Columns} FROM access.walk WHERE walk_id = (SELECT walk_id FROM access.review WHERE review_id = $1) FOR UPDATE", connection)
        {
            Parameters = { new() { Value = reviewId } },
        };
        return await Read(command, cancellationToken);
    }

    public static async Task<bool> IsAsked(NpgsqlConnection connection, Guid reviewId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT EXISTS (SELECT FROM access.review WHERE review_id = $1 AND messages IS NULL)", connection)
        {
            Parameters = { new() { Value = reviewId } },
        };
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>The next live requests of a walk, in the order of its index.</summary>
    public static Task<List<AccessRequest>> Next(NpgsqlConnection connection, Walk walk, int count, CancellationToken cancellationToken)
    {
        var command = walk.DataId is null
            ? new NpgsqlCommand(
                $"""
                SELECT body FROM access.request
                WHERE {Live} AND (tenant_id, correlation_id) > ($1, $2) {(walk.HasWrapped ? "AND (tenant_id, correlation_id) <= ($4, $5)" : "")}
                ORDER BY tenant_id, correlation_id LIMIT $3
                """,
                connection)
            {
                Parameters = { new() { Value = walk.AfterTenant }, new() { Value = walk.AfterId }, new() { Value = count } },
            }
            : new NpgsqlCommand(
                $"SELECT body FROM access.request WHERE {Live} AND tenant_id = $1 AND data_id = $2 AND correlation_id > $3 ORDER BY correlation_id LIMIT $4", connection)
            {
                Parameters = { new() { Value = walk.TenantId! }, new() { Value = walk.DataId }, new() { Value = walk.AfterId }, new() { Value = count } },
            };
        if (walk.HasWrapped)
        {
            command.Parameters.Add(new() { Value = walk.StartedAfterTenant });
            command.Parameters.Add(new() { Value = walk.StartedAfterId });
        }

        return Requests(command, cancellationToken);
    }

    /// <summary>Those of the requests that still live.</summary>
    public static Task<List<AccessRequest>> LiveOf(NpgsqlConnection connection, IEnumerable<Guid> ids, CancellationToken cancellationToken) =>
        Requests(
            new($"SELECT body FROM access.request WHERE {Live} AND correlation_id = ANY ($1)", connection) { Parameters = { new() { Value = ids.ToArray() } } },
            cancellationToken);

    /// <summary>Whether a request that was being validated when the walk began still is: it may be answered by what held before.</summary>
    public static async Task<bool> HasPending(NpgsqlConnection connection, Walk walk, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT EXISTS (
                SELECT FROM access.request
                WHERE tenant_id = $1 AND data_id = $2 AND correlation_id <= $3 AND state IN ('Submitted', 'Validating'))
            """,
            connection)
        {
            Parameters = { new() { Value = walk.TenantId! }, new() { Value = walk.DataId! }, new() { Value = walk.PendingBefore!.Value } },
        };
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Forgets questions whose answers were taken by all whom they concern, or given up on, and counts those that are left.</summary>
    public static async Task<int> CountOnTheWay(NpgsqlConnection connection, Walk walk, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new(
                    $"""
                    DELETE FROM access.review
                    WHERE walk_id = $1 AND messages IS NOT NULL AND NOT EXISTS (
                        SELECT FROM unnest(messages) AS sent (id)
                        WHERE NOT EXISTS (SELECT FROM messaging.inbox WHERE message_id = sent.id AND endpoint = '{Service.RequestQueue}'))
                    """)
                {
                    Parameters = { new() { Value = walk.Id } },
                },
                new("SELECT count(*)::int FROM access.review WHERE walk_id = $1") { Parameters = { new() { Value = walk.Id } } },
            },
        };
        return (int)(await batch.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Questions that should have been answered by now, each with what it asked about; they are due again after a while.</summary>
    public static async Task<List<(Guid Id, Guid[] Requests)>> TakeOverdue(
        NpgsqlConnection connection, Walk walk, DateTimeOffset now, TimeSpan patience, CancellationToken cancellationToken)
    {
        // What was answered and is not taken by now lies in an error queue, where people see it.
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("DELETE FROM access.review WHERE walk_id = $1 AND messages IS NOT NULL AND ask_again_at <= $2") { Parameters = { new() { Value = walk.Id }, new() { Value = now } } },
                new("UPDATE access.review SET ask_again_at = $3 WHERE walk_id = $1 AND messages IS NULL AND ask_again_at <= $2 RETURNING review_id, requests")
                {
                    Parameters = { new() { Value = walk.Id }, new() { Value = now }, new() { Value = now + patience } },
                },
            },
        };
        var overdue = new List<(Guid, Guid[])>();
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            overdue.Add((reader.GetGuid(0), reader.GetFieldValue<Guid[]>(1)));
        }

        return overdue;
    }

    public static NpgsqlBatchCommand Ask(Walk walk, Guid reviewId, IEnumerable<Guid> requests, DateTimeOffset askAgainAt) =>
        new("INSERT INTO access.review (review_id, walk_id, requests, ask_again_at) VALUES ($1, $2, $3, $4)")
        {
            Parameters = { new() { Value = reviewId }, new() { Value = walk.Id }, new() { Value = requests.ToArray() }, new() { Value = askAgainAt } },
        };

    /// <summary>An answer that concerns nobody is over; another is kept until those it concerns have taken it.</summary>
    public static async Task Answered(NpgsqlConnection connection, Guid reviewId, IReadOnlyList<Guid> messages, DateTimeOffset giveUpAt, CancellationToken cancellationToken)
    {
        await using var command = messages is []
            ? new NpgsqlCommand("DELETE FROM access.review WHERE review_id = $1", connection) { Parameters = { new() { Value = reviewId } } }
            : new NpgsqlCommand("UPDATE access.review SET messages = $2, ask_again_at = $3 WHERE review_id = $1", connection)
            {
                Parameters = { new() { Value = reviewId }, new() { Value = messages.ToArray() }, new() { Value = giveUpAt } },
            };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public static NpgsqlBatchCommand Save(Walk walk, DateTimeOffset dueAt) =>
        new("UPDATE access.walk SET pending_before = $2, has_wrapped = $3, after_tenant = $4, after_id = $5, is_read = $6, due_at = $7 WHERE walk_id = $1")
        {
            Parameters =
            {
                new() { Value = walk.Id },
                new NpgsqlParameter<Guid?> { TypedValue = walk.PendingBefore },
                new() { Value = walk.HasWrapped },
                new() { Value = walk.AfterTenant },
                new() { Value = walk.AfterId },
                new() { Value = walk.IsRead },
                new() { Value = dueAt },
            },
        };

    public static NpgsqlBatchCommand PutOff(Walk walk, DateTimeOffset dueAt) =>
        new("UPDATE access.walk SET due_at = $2 WHERE walk_id = $1") { Parameters = { new() { Value = walk.Id }, new() { Value = dueAt } } };

    public static NpgsqlBatchCommand Forget(Walk walk) => new("DELETE FROM access.walk WHERE walk_id = $1") { Parameters = { new() { Value = walk.Id } } };

    private static async Task<Walk?> Read(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new(
                reader.GetGuid(0),
                reader.GetInt64(1),
                reader.IsDBNull(2) ? null : reader.GetString(2),
                reader.IsDBNull(3) ? null : reader.GetString(3),
                reader.IsDBNull(4) ? null : reader.GetGuid(4),
                reader.GetString(5),
                reader.GetGuid(6),
                reader.GetBoolean(7),
                reader.GetString(8),
                reader.GetGuid(9),
                reader.GetBoolean(10),
                reader.GetBoolean(11))
            : null;
    }

    private static async Task<List<AccessRequest>> Requests(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using (command)
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var requests = new List<AccessRequest>();
            while (await reader.ReadAsync(cancellationToken))
            {
                requests.Add(JsonSerializer.Deserialize<AccessRequest>(reader.GetString(0), ContractJson.Options)!);
            }

            return requests;
        }
    }
}
