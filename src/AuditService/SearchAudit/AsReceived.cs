using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;

namespace Sovereignty.AuditService.SearchAudit;

/// <summary>
/// Writes JSON as it was received. Strings need not be valid text in it, and one event with half a character must not keep
/// people from reading the others.
/// </summary>
internal sealed class AsReceived : JsonConverter<JsonElement>
{
    public override JsonElement Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => JsonElement.ParseValue(ref reader);

    public override void Write(Utf8JsonWriter writer, JsonElement value, JsonSerializerOptions options)
    {
        var json = JsonMarshal.GetRawUtf8Value(value);
        writer.WriteRawValue(Utf8.IsValid(json) ? json : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(json)), skipInputValidation: true);
    }
}
