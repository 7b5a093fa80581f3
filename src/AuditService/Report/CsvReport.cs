using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using CsvHelper;
using Sovereignty.AuditService.SearchAudit;

namespace Sovereignty.AuditService.Report;

/// <summary>
/// The detailed log as CSV (RFC 4180, UTF-8), a row for each entry. A spreadsheet takes a field that begins like a formula
/// for one, so an apostrophe is put before it.
/// </summary>
internal static partial class CsvReport
{
    private static readonly CsvWriterOptions Form = CsvWriterOptions.Default with { Quoting = CsvQuoting.Always };

    // Hashes in hexadecimal: base64 may begin with a plus.
    private static readonly (string Name, Func<AuditItem, JsonElement?, string?> Value)[] Columns =
    [
        ("index", (item, _) => item.Index.ToString(CultureInfo.InvariantCulture)),
        ("occurredAt", (item, _) => Time(item.OccurredAt)),
        ("receivedAt", (item, _) => Time(item.ReceivedAt)),
        ("type", (item, _) => item.Type),
        ("tenantId", (item, _) => item.TenantId),
        ("actorSubject", (item, _) => EventText.Of(item.Actor, "subject")),
        ("actorName", (item, _) => EventText.Of(item.Actor, "displayName")),
        ("actorRoles", (item, _) => EventText.Of(item.Actor, "roles")),
        ("actorCountry", (item, _) => EventText.Of(item.Actor, "country")),
        Member("requestId"),
        Member("grantId"),
        ("grantSubject", (_, body) => EventText.Of(EventText.Member(body, "subject"), "subject")),
        Member("dataId"),
        Member("sourceRegion"),
        Member("targetRegion"),
        ("region", (_, body) => EventText.Of(body, "region") ?? EventText.Of(EventText.Member(body, "region"), "code") ?? EventText.Of(body, "primaryRegion")),
        Member("purpose"),
        ("actions", (_, body) => EventText.Of(body, "actions") ?? EventText.Of(body, "action")),
        Member("justification"),
        Member("duration"),
        Member("startsAt"),
        ("expiresAt", (_, body) => EventText.Of(body, "endsAt")),
        Member("automatic"),
        Member("command"),
        ("decision", (_, body) => EventText.Of(body, "decision") ?? EventText.Of(EventText.Member(body, "decision"), "outcome")),
        Member("remaining"),
        ("reason", (item, body) => item.Malformed ?? EventText.Of(body, "reason") ?? EventText.Of(EventText.Member(body, "decision"), "message")),
        ("code", (_, body) => EventText.Of(body, "code") ?? EventText.Of(EventText.Member(body, "decision"), "code")),
        Member("records"),
        Member("bytes"),
        Member("subjects"),
        ("reportedBy", (_, body) => EventText.Of(EventText.Member(body, "reportedBy"), "subject")),
        ("messageId", (item, _) => item.Id),
        ("source", (item, _) => item.Source),
        ("body", (item, _) => item.Damaged is not null ? "damaged" : item.Body is null ? "erased" : item.Malformed is null ? "read" : "malformed"),
        ("leafHash", (item, _) => item.LeafHash is null ? null : Convert.ToHexStringLower(Convert.FromBase64String(item.LeafHash))),
    ];

    public static async Task Write(IAsyncEnumerable<AuditItem> entries, Stream stream, CancellationToken ct)
    {
        await using var csv = CsvWriter.Create(stream, Form, leaveOpen: true);
        await csv.WriteRecordAsync([.. Columns.Select(column => column.Name)], ct);
        await foreach (var item in entries.WithCancellation(ct))
        {
            var body = EventText.Event(item);
            await csv.WriteRecordAsync([.. Columns.Select(column => Guarded(column.Value(item, body)))], ct);
        }
    }

    private static string? Guarded(string? field) => field is null ? null : Formula().Replace(field, "'");

    private static (string Name, Func<AuditItem, JsonElement?, string?> Value) Member(string name) => (name, (_, body) => EventText.Of(body, name));

    private static string? Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    // OWASP's list of beginnings, the full-width forms, and what some programs pass over before them. A program that takes
    // a semicolon or a tab for the separator, or a line break within quotes for a new row, begins a field there.
    [GeneratedRegex("""^(?=[\p{Z}\p{C}"']*[=+\-@＝＋－＠])|^(?=[\t\r\n])|(?<=[;\t\r\n])(?=[\p{Zs}\p{Cf}"']*[=+\-@＝＋－＠])""", RegexOptions.CultureInvariant)]
    private static partial Regex Formula();
}
