using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Sovereignty.AuditService.SearchAudit;

namespace Sovereignty.AuditService.Report;

/// <summary>Members of an event as text, whatever their publisher made of them.</summary>
internal static class EventText
{
    /// <summary>A text, number, true or false; several texts with spaces between them; null for anything else.</summary>
    public static string? Of(JsonElement? element, string name)
    {
        if (Member(element, name) is not { } value)
        {
            return null;
        }

        return value.ValueKind switch
        {
            JsonValueKind.String => Text(value),
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
            JsonValueKind.Array => string.Join(' ', value.EnumerateArray().Where(one => one.ValueKind == JsonValueKind.String).Select(Text)),
            _ => null,
        };
    }

    /// <summary>The event of an entry; a fault is read as the event that failed.</summary>
    public static JsonElement? Event(AuditItem item) =>
        Member(item.Body, "faultedMessageId") is not null ? Member(item.Body, "message") : item.Body;

    public static JsonElement? Member(JsonElement? element, string name)
    {
        try
        {
            return element is { ValueKind: JsonValueKind.Object } members && members.TryGetProperty(name, out var value) ? value : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    // Half a surrogate pair is valid JSON and no valid text.
    private static string Text(JsonElement value)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(value));
        }
    }
}
