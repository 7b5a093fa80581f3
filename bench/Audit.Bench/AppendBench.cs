using Npgsql;
using NpgsqlTypes;
using Sovereignty.AuditService.Appending;
using Sovereignty.Messaging.Bench;

namespace Sovereignty.Audit.Bench;

/// <summary>From memory into the log, beside a bare binary COPY of the same rows in batches of the same size.</summary>
internal static class AppendBench
{
    private const int Batch = 1_000;
    private const int Outstanding = 2 * Batch;

    public static async Task<Figure> Run(BenchLog log, BenchPlan plan, CancellationToken ct)
    {
        Progress.Say("append: preparing");
        await using var admin = log.Administrator();
        await Execute(admin, "CREATE TABLE public.bare (index bigint PRIMARY KEY, entry bytea NOT NULL, leaf_hash bytea NOT NULL, sealed bytea NOT NULL)");
        await using var appender = log.Appender(Batch);
        var (product, reference) = (new List<Measured>(), new List<Measured>());
        var bare = 0L;
        await Append(appender, 0, Batch * 5, ct);
        for (var round = 1; round <= plan.Rounds; round++)
        {
            product.Add(await Append(appender, round * 1_000_000L, plan.Entries, ct));
            reference.Add(await Copy(log, admin, bare, plan.Entries, ct));
            bare += plan.Entries;
            Progress.Round("append", round, plan.Rounds, product[^1], reference[^1]);
        }

        return new(
            $"Append from memory, batches of {Batch:N0}",
            "sealed, once, gap-free, tree; durable",
            "COPY of the same entries, hashes and sealed bodies, made before; primary key, durable",
            plan.Entries, product, reference, Goal: 0.7, GoalKind.AtLeast);
    }

    private static async Task<Measured> Append(LogAppender appender, long from, int count, CancellationToken ct)
    {
        var messages = Enumerable.Range(0, count).Select(i => BenchLog.Message(from + i)).ToList();
        SetAside();
        var meter = new Meter();
        await Parallel.ForEachAsync(messages, new ParallelOptions { MaxDegreeOfParallelism = Outstanding, CancellationToken = ct }, async (message, token) => await appender.Append(message, token));
        return meter.Stop(count);
    }

    private static async Task<Measured> Copy(BenchLog log, NpgsqlDataSource database, long from, int count, CancellationToken ct)
    {
        var entries = Enumerable.Range(0, count).Select(i => log.Sealer.Prepare(BenchLog.Message(i))).ToList();
        SetAside();
        var meter = new Meter();
        await using var connection = await database.OpenConnectionAsync(ct);
        foreach (var batch in entries.Chunk(Batch))
        {
            await using var transaction = await connection.BeginTransactionAsync(ct);
            await using (var copy = await connection.BeginBinaryImportAsync("COPY public.bare (index, entry, leaf_hash, sealed) FROM STDIN (FORMAT BINARY)", ct))
            {
                foreach (var entry in batch)
                {
                    await copy.StartRowAsync(ct);
                    await copy.WriteAsync(from++, NpgsqlDbType.Bigint, ct);
                    await copy.WriteAsync(entry.Entry, NpgsqlDbType.Bytea, ct);
                    await copy.WriteAsync(entry.LeafHash.ToArray(), NpgsqlDbType.Bytea, ct);
                    await copy.WriteAsync(entry.Sealed, NpgsqlDbType.Bytea, ct);
                }

                await copy.CompleteAsync(ct);
            }

            await transaction.CommitAsync(ct);
        }

        return meter.Stop(count);
    }

    // What was made before the measurement is in the oldest generation then, where it is not walked over in it.
    private static void SetAside()
    {
        GC.Collect();
        GC.Collect();
    }

    private static async Task Execute(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
