using System.Text.Json;
using Npgsql;
using Sovereignty.AuditService.Appending;
using Sovereignty.AuditService.Receiving;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Access;
using Sovereignty.Messaging.Bench;
using Sovereignty.TransparencyLog;

namespace Sovereignty.Audit.Bench;

/// <summary>A log of many entries of one tenant over a month, signed and indexed: one in twenty is about access, a fifth of those are denials.</summary>
internal static class LargeLog
{
    public const string Tenant = "acme";
    public static readonly DateTimeOffset Start = new(2026, 10, 1, 0, 0, 0, TimeSpan.Zero);

    private const int Batch = 5_000;
    private static readonly Actor Approver = new() { Issuer = "https://idp.bench", Subject = "approver", DisplayName = "An approver", Roles = ["approver"], Country = "DE" };

    public static async Task Fill(BenchLog log, int entries, CancellationToken ct)
    {
        var store = new LogStore(log.Database.Append, log.Sealer, TimeProvider.System);
        for (var first = 0; first < entries; first += Batch)
        {
            store.Append([.. Enumerable.Range(first, Math.Min(Batch, entries - first)).AsParallel().AsOrdered().Select(i => log.Sealer.Prepare(Message(i, entries)))], ct);
            if (first % 100_000 == 0)
            {
                Progress.Say($"a log of {entries:N0} entries: {first:N0}");
            }
        }

        using var indexer = log.Indexer();
        while (await indexer.IndexNext(ct))
        {
            Progress.Say($"a log of {entries:N0} entries: {indexer.Behind:N0} to be indexed");
        }

        await using var admin = log.Administrator();
        await using var analyze = admin.CreateCommand("VACUUM (ANALYZE) audit.search");
        await analyze.ExecuteNonQueryAsync(ct);
    }

    /// <summary>The log as it is handed out: tiles, bundles, checkpoint and policy in a folder.</summary>
    public static async Task Export(BenchLog log, string folder, NoteSigner signer, CancellationToken ct)
    {
        Progress.Say("the log is handed out");
        var edge = new RightEdge();
        var bundle = new List<ReadOnlyMemory<byte>>(Tile.Width);
        var tiles = new List<Tile>();
        await using var connection = await log.Database.Read.OpenConnectionAsync(ct);
        await using var command = new NpgsqlCommand("SELECT entry FROM audit.entries ORDER BY index", connection) { CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var entry = reader.GetFieldValue<byte[]>(0);
            bundle.Add(entry);
            edge.Append(MerkleHash.Leaf(entry), tiles);
            if (bundle.Count == Tile.Width)
            {
                Write(folder, TilePath.InTree(null, (edge.Size / Tile.Width) - 1, edge.Size)!.Value, EntryBundle.Write(bundle));
                bundle.Clear();
            }

            tiles.ForEach(tile => Write(folder, TilePath.InTree(tile.Level, tile.Index, edge.Size)!.Value, tile.Hashes));
            tiles.Clear();
        }

        if (bundle.Count > 0)
        {
            Write(folder, TilePath.InTree(null, edge.Size / Tile.Width, edge.Size)!.Value, EntryBundle.Write(bundle));
        }

        for (var level = 0; TilePath.HashesAt(level, edge.Size) > 0; level++)
        {
            if (edge.Partial(level).Count > 0)
            {
                Write(folder, TilePath.InTree(level, TilePath.HashesAt(level, edge.Size) / Tile.Width, edge.Size)!.Value, Tile.Pack(edge.Partial(level)));
            }
        }

        await File.WriteAllTextAsync(Path.Combine(folder, "checkpoint"), SignedNote.Sign(new Checkpoint(signer.Verifier.Name, edge.Size, edge.Root()).ToText(), signer).ToString(), ct);
    }

    private static void Write(string folder, TilePath tile, byte[] bytes)
    {
        var path = Path.Combine(folder, tile.ToString());
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
    }

    private static ReceivedMessage Message(int i, int entries)
    {
        var at = Start + (TimeSpan.FromDays(30) / entries * i);
        return i % 20 == 0 ? About(i / 20, at) : BenchLog.Message(i, Tenant, at);
    }

    private static ReceivedMessage About(int i, DateTimeOffset at) => (i % 5) switch
    {
        0 => Of(new AccessRequested
        {
            OccurredAt = at, TenantId = Tenant, Actor = Approver, RequestId = Guid.NewGuid(), Version = 1, DataId = $"data-{i}", SourceRegion = "eu-central-1", TargetRegion = "us-east-1",
            Purpose = "customer-support", Actions = ["read"], Justification = "A customer asked", TargetCountry = "US", Duration = "PT8H",
        }, at),
        1 => Of(new AccessApproved
        {
            OccurredAt = at, TenantId = Tenant, Actor = Approver, RequestId = Guid.NewGuid(), Version = 3, DataId = $"data-{i}", SourceRegion = "eu-central-1", TargetRegion = "us-east-1",
            Reason = "Needed", Remaining = i % 2,
        }, at),
        2 => Of(new AccessDenied
        {
            OccurredAt = at, TenantId = Tenant, Actor = Approver, RequestId = Guid.NewGuid(), Version = 3, DataId = $"data-{i}", SourceRegion = "eu-central-1", TargetRegion = "us-east-1",
            Reason = $"Reason {i % 40}",
        }, at),
        _ => Of(new AccessRefused
        {
            OccurredAt = at, TenantId = Tenant, Actor = Actor.Service("access-service"), RequestId = Guid.NewGuid(), Version = 2, DataId = $"data-{i}", SourceRegion = "eu-central-1", TargetRegion = "us-east-1",
            Code = AccessCodes.DataUnknown, Reason = "Because of the law.",
        }, at),
    };

    private static ReceivedMessage Of<T>(T message, DateTimeOffset at)
        where T : class
    {
        var id = Guid.NewGuid();
        return new()
        {
            Body = JsonSerializer.SerializeToUtf8Bytes(new { messageId = id, messageType = (string[])[$"urn:message:{typeof(T).Namespace}:{typeof(T).Name}"], message }, ContractJson.Options),
            ReceivedAt = at,
            MessageId = id.ToString(),
            ContentType = "application/vnd.masstransit+json",
            Source = "access-service",
        };
    }
}
