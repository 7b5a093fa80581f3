using System.Text.Json;
using Npgsql;
using Sovereignty.AuditService.Indexing;
using Sovereignty.AuditService.Keys;
using Sovereignty.AuditService.Receiving;
using Sovereignty.TransparencyLog;

namespace Sovereignty.AuditService.SearchAudit;

/// <summary>Reads the entries of one page with their bodies.</summary>
internal sealed class EntryOpener(KeyStore keys) : IDisposable
{
    /// <summary>What it reads, from <c>page</c> and the entries <c>e</c>.</summary>
    public const string Columns = "page.index, page.type, e.entry, e.leaf_hash, e.sealed";

    /// <summary>Where it reads it. Each entry is looked up, whatever the planner thinks of a log without statistics: reading all of them instead takes half a minute for a million.</summary>
    public const string Pages = "page LEFT JOIN LATERAL (SELECT entry, leaf_hash, sealed FROM audit.entries WHERE index = page.index LIMIT 1) AS e ON true";

    private readonly BodyOpener _bodies = new(keys);

    public async Task<List<AuditItem>> ReadItems(NpgsqlCommand command, CancellationToken ct)
    {
        var items = new List<AuditItem>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            items.Add(Read(reader.GetInt64(0), reader.GetString(1), await Bytes(2), await Bytes(3), await Bytes(4)));
        }

        return items;

        async Task<byte[]?> Bytes(int column) => await reader.IsDBNullAsync(column, ct) ? null : reader.GetFieldValue<byte[]>(column);
    }

    public void Dispose() => _bodies.Dispose();

    // One that is damaged must not keep people from reading the others.
    private AuditItem Read(long index, string type, byte[]? bytes, byte[]? leaf, byte[]? blob)
    {
        var leafHash = leaf is null ? null : Convert.ToBase64String(leaf);
        if (bytes is null || LogEntry.Read(bytes) is not { } entry || MerkleHash.Leaf(bytes).ToBase64() != leafHash)
        {
            return new(index, null, type, null, null, null, null, null, null, null, leafHash, AuditItem.EntryDamaged);
        }

        var (body, damaged) = Open(entry, blob);
        var (content, actor) = Content(entry, body);
        return new(index, entry.Id, type, entry.Tenant, entry.Source, entry.OccurredAt ?? entry.ReceivedAt, entry.ReceivedAt, actor, content, entry.Malformed, leafHash, damaged);
    }

    private (byte[]? Body, string? Damaged) Open(LogEntry entry, byte[]? blob)
    {
        try
        {
            return blob is null ? (null, AuditItem.BodyDamaged) : (_bodies.Open(entry, blob), null);
        }
        catch (Exception exception) when (KeyStore.IsFailure(exception))
        {
            return (null, AuditItem.BodyDamaged);
        }
    }

    private static (JsonElement? Body, JsonElement? Actor) Content(LogEntry entry, byte[]? body)
    {
        if (body is null)
        {
            return (null, null);
        }

        if (entry.Malformed is not null)
        {
            return (JsonSerializer.SerializeToElement(Convert.ToBase64String(body)), null);
        }

        using var document = JsonDocument.Parse(body);
        var root = document.RootElement;
        var content = root.TryGetProperty("message", out var message) && message.ValueKind == JsonValueKind.Object ? message : root;
        JsonElement? actor = (EventReader.Event(root) ?? root).TryGetProperty("actor", out var found) && found.ValueKind == JsonValueKind.Object ? found.Clone() : null;
        return (content.Clone(), actor);
    }
}
