using Npgsql;
using NpgsqlTypes;
using Sovereignty.Messaging;
using Sovereignty.TransparencyLog.Verification;

namespace Sovereignty.AuditService.Numbering;

/// <summary>How the log stands with the numbers of its sources, as kept in the database.</summary>
/// <param name="Position">Entries below this index are taken into account.</param>
/// <param name="Size">Entries that the log has.</param>
/// <param name="Sources">By source.</param>
internal sealed record NumbersStanding(long Position, long Size, SortedDictionary<string, SourceStanding> Sources)
{
    private const string Rows = """
        SELECT source, next, forgotten_up_to, told_up_to, told_at, repeated_last, repeated_up_to, repeated_at FROM audit.source_numbers
        """;

    private const string MissingRows = "SELECT source, first, last, missed_index, missed_at, in_part FROM audit.missing_numbers ORDER BY source, first";

    private readonly Dictionary<string, MissingNumbers[]> _stored = Sources.ToDictionary(source => source.Key, source => source.Value.Numbers.Missing.ToArray());

    /// <summary>The standing of a source, from its first number on.</summary>
    public SourceStanding this[string source]
    {
        get
        {
            if (!Sources.TryGetValue(source, out var standing))
            {
                Sources[source] = standing = new(new(source));
            }

            return standing;
        }
    }

    /// <summary>Reads it; where it is for update, nobody else reads it so until the transaction ends.</summary>
    /// <returns>Null where somebody else has it for update.</returns>
    public static async Task<NumbersStanding?> Read(NpgsqlConnection connection, bool forUpdate, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new($"SELECT n.size, (SELECT size FROM audit.head WHERE id = 1) FROM audit.numbered AS n WHERE n.id = 1 {(forUpdate ? "FOR UPDATE SKIP LOCKED" : "")}"),
                new(MissingRows),
                new(Rows),
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct))
        {
            return null;
        }

        var (position, size) = (reader.GetInt64(0), reader.GetInt64(1));
        await reader.NextResultAsync(ct);
        var missing = new List<MissingNumbers>();
        while (await reader.ReadAsync(ct))
        {
            missing.Add(new(reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetFieldValue<DateTimeOffset>(4), reader.GetBoolean(5)));
        }

        await reader.NextResultAsync(ct);
        var missingBySource = missing.ToLookup(range => range.Source);
        var sources = new SortedDictionary<string, SourceStanding>(StringComparer.Ordinal);
        while (await reader.ReadAsync(ct))
        {
            var source = reader.GetString(0);
            sources[source] = new(
                new(source, reader.GetInt64(1), reader.GetInt64(2), missingBySource[source]),
                reader.GetInt64(3),
                await reader.IsDBNullAsync(4, ct) ? null : reader.GetFieldValue<DateTimeOffset>(4),
                await reader.IsDBNullAsync(5, ct) ? null : new(reader.GetInt64(5), reader.GetInt64(6), reader.GetFieldValue<DateTimeOffset>(7)));
        }

        return new(position, size, sources);
    }

    /// <summary>Writes what is other than it was read.</summary>
    public void Save(UnitOfWork unit, long position)
    {
        unit.Defer(new("UPDATE audit.numbered SET size = $1 WHERE id = 1") { Parameters = { new() { Value = position } } });
        foreach (var (source, standing) in Sources)
        {
            unit.Defer(Upsert(source, standing));
            var stored = _stored.GetValueOrDefault(source, []);
            var gone = stored.Except(standing.Numbers.Missing).ToList();
            if (gone.Count > 0)
            {
                unit.Defer(new("DELETE FROM audit.missing_numbers WHERE source = $1 AND first = ANY ($2)")
                {
                    Parameters = { new() { Value = source }, new() { Value = gone.ConvertAll(range => range.First) } },
                });
            }

            var added = standing.Numbers.Missing.Except(stored).ToList();
            if (added.Count > 0)
            {
                unit.Defer(Insert(source, added));
            }
        }
    }

    private static NpgsqlBatchCommand Upsert(string source, SourceStanding standing) => new(
        """
        INSERT INTO audit.source_numbers VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (source) DO UPDATE SET next = $2, forgotten_up_to = $3, told_up_to = $4, told_at = $5, repeated_last = $6, repeated_up_to = $7, repeated_at = $8
        """)
    {
        Parameters =
        {
            new() { Value = source },
            new() { Value = standing.Numbers.Next },
            new() { Value = standing.Numbers.ForgottenUpTo },
            new() { Value = standing.ToldUpTo },
            Nullable(standing.ToldAt, NpgsqlDbType.TimestampTz),
            Nullable(standing.Repeated?.Last, NpgsqlDbType.Bigint),
            Nullable(standing.Repeated?.UpTo, NpgsqlDbType.Bigint),
            Nullable(standing.Repeated?.LastAt, NpgsqlDbType.TimestampTz),
        },
    };

    private static NpgsqlBatchCommand Insert(string source, List<MissingNumbers> ranges) => new(
        "INSERT INTO audit.missing_numbers SELECT $1, * FROM unnest($2, $3, $4, $5, $6)")
    {
        Parameters =
        {
            new() { Value = source },
            new() { Value = ranges.ConvertAll(range => range.First) },
            new() { Value = ranges.ConvertAll(range => range.Last) },
            new() { Value = ranges.ConvertAll(range => range.MissedIndex) },
            new() { Value = ranges.ConvertAll(range => range.MissedAt) },
            new() { Value = ranges.ConvertAll(range => range.InPart) },
        },
    };

    private static NpgsqlParameter Nullable<T>(T? value, NpgsqlDbType type)
        where T : struct => new() { Value = value is { } some ? some : DBNull.Value, NpgsqlDbType = type };
}
