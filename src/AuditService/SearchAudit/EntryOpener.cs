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

    private readonly BodyOpener _bodies = new(keys);

    public async Task<List<AuditItem>> ReadItems(NpgsqlCommand command, CancellationToken ct)
    {
        var items = new List<AuditItem>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var entry = LogEntry.Read(reader.GetFieldValue<byte[]>(2))
                ?? throw new InvalidDataException($"The entry {reader.GetInt64(0)} is damaged. Run the audit verification.");
            var body = await reader.IsDBNullAsync(4, ct) ? null : _bodies.Open(entry, reader.GetFieldValue<byte[]>(4));
            var (content, actor) = Content(entry, body);
            items.Add(new AuditItem(
                reader.GetInt64(0),
                entry.Id,
                reader.GetString(1),
                entry.Tenant,
                entry.Source,
                entry.OccurredAt ?? entry.ReceivedAt,
                entry.ReceivedAt,
                actor,
                content,
                entry.Malformed,
                new MerkleHash(reader.GetFieldValue<byte[]>(3)).ToBase64()));
        }

        return items;
    }

    public void Dispose() => _bodies.Dispose();

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
