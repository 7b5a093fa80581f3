using System.Text;
using Npgsql;
using Sovereignty.AuditService.Checkpoints;
using Sovereignty.AuditService.Keys;
using Sovereignty.TransparencyLog;

namespace Sovereignty.AuditService.Drill;

/// <summary>What every thief of the drill knows of the log beforehand: an entry worth changing, and the checkpoints there are.</summary>
internal sealed record Loot
{
    public required string Owner { get; init; }

    public required IReadOnlyList<string> Tables { get; init; }

    public required long Size { get; init; }

    /// <summary>The entry that the attempts are about.</summary>
    public required long Target { get; init; }

    public required LogEntry Entry { get; init; }

    public required byte[] Body { get; init; }

    /// <summary>The partition that holds it.</summary>
    public required string Partition { get; init; }

    /// <summary>A checkpoint before the newest: where a backup would be.</summary>
    public required long BackupSize { get; init; }

    /// <exception cref="InvalidDataException">The log is too young to be drilled.</exception>
    public static async Task<Loot> Take(NpgsqlConnection connection, AuditOptions options, IReadOnlyList<HeldCheckpoint> held, CancellationToken ct)
    {
        using var signer = SigningKey.Open(options.SigningKeyFile, options.Origin);
        var file = new CheckpointFile(options.EffectiveCheckpointFile);
        var sizes = file.Read()
            .Select(text => SignedNote.Parse(Encoding.UTF8.GetBytes(text)) is { } note && note.Verify(signer.Verifier).Count > 0 ? Checkpoint.Parse(note.Text)?.Size : null)
            .OfType<long>().Where(size => size > 0).Distinct().Order().ToList();

        // What all of them hold is changed: an entry after it is nobody's business but the log's.
        var newest = held.Select(holder => holder.Checkpoint.Size).Append(sizes.LastOrDefault()).Min();
        var backup = sizes.LastOrDefault(size => size < newest);
        if (backup == 0)
        {
            throw new InvalidDataException("The log is too young: the drill needs two checkpoints over different sizes.");
        }

        var keys = new KeyStore(options.KeyFolder, MasterKey.Parse(options.MasterKey), TimeProvider.System);
        await using var command = new NpgsqlCommand(
            """
            SELECT index, entry, sealed, tableoid::regclass::text
            FROM audit.entries
            WHERE index >= $1 AND index < $2 - 1 AND sealed IS NOT NULL ORDER BY index
            """,
            connection);
        command.Parameters.Add(new() { Value = newest / 2 });
        command.Parameters.Add(new() { Value = newest });
        (long Index, LogEntry Entry, byte[] Body, string Partition)? target = null;
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            while (target is null && await reader.ReadAsync(ct))
            {
                if (LogEntry.Read(reader.GetFieldValue<byte[]>(1)) is { Malformed: null, Number: not null } entry
                    && keys.Find(entry.KeyId) is { } key
                    && Open(key, reader.GetFieldValue<byte[]>(2), entry) is { } body)
                {
                    target = (reader.GetInt64(0), entry, body, reader.GetString(3));
                }
            }
        }

        if (target is not { } found)
        {
            throw new InvalidDataException("The log is too young: no entry in its newer half has a number and a body to be opened.");
        }

        return new()
        {
            Owner = await Scalar<string>(connection, "SELECT tableowner::text FROM pg_tables WHERE schemaname = 'audit' AND tablename = 'entries'", ct),
            Tables = await Scalar<string[]>(connection, "SELECT array_agg(oid::regclass::text) FROM pg_class WHERE relnamespace = 'audit'::regnamespace AND relkind IN ('r', 'p')", ct),
            Size = await Scalar<long>(connection, "SELECT size FROM audit.head", ct),
            Target = found.Index,
            Entry = found.Entry,
            Body = found.Body,
            Partition = found.Partition,
            BackupSize = backup,
        };
    }

    private static byte[]? Open(byte[] key, byte[] blob, LogEntry entry)
    {
        using var cipher = SealedBody.Cipher(key);
        return SealedBody.Open(cipher, blob, entry.Commitment);
    }

    private static async Task<T> Scalar<T>(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync(ct))!;
    }
}
