using System.Text.Json;
using System.Text.Json.Serialization;
using Sovereignty.Evaluation;

namespace Sovereignty.PolicyService.Decide;

/// <summary>One placement, or an array of them.</summary>
[JsonConverter(typeof(Converter))]
internal sealed record PlacementInputs(IReadOnlyList<PlacementInput> Items, bool IsArray)
{
    private sealed class Converter : JsonConverter<PlacementInputs>
    {
        public override PlacementInputs Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType is JsonTokenType.StartArray
                ? new([.. JsonSerializer.Deserialize<PlacementInput?[]>(ref reader, options)!.Select(NotNull)], IsArray: true)
                : new([NotNull(JsonSerializer.Deserialize<PlacementInput>(ref reader, options))], IsArray: false);

        private static PlacementInput NotNull(PlacementInput? input) => input ?? throw new JsonException("A placement is null.");

        public override void Write(Utf8JsonWriter writer, PlacementInputs value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value.Items, options);
    }
}
