using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sovereignty.Contracts;

/// <summary>Times as RFC 3339 in UTC, with <c>Z</c>. A time without an offset is refused: nobody could tell when it is.</summary>
internal sealed class UtcTimeConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TryGetDateTime(out var time) && time.Kind == DateTimeKind.Unspecified
            ? throw new JsonException("The time has no offset.")
            : reader.GetDateTimeOffset().ToUniversalTime();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.UtcDateTime);
}
