using System.Text.Json;
using Sovereignty.Contracts;

namespace Sovereignty.Cli.Demo;

internal static class DemoText
{
    public static string Word<T>(T value)
        where T : struct, Enum =>
        ContractJson.NameOf(value);

    public static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
