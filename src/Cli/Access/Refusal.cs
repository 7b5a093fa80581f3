using System.Net;
using System.Text.Json;

namespace Sovereignty.Cli.Access;

/// <summary>A problem (RFC 9457) in the words that it carries itself.</summary>
internal static class Refusal
{
    private const int Longest = 1_000;

    public static string Describe(HttpStatusCode status, string body)
    {
        if (Parse(body) is not { ValueKind: JsonValueKind.Object } problem)
        {
            return $"The platform answered {(int)status} without saying why.";
        }

        var detail = Text(problem, "detail") ?? Text(problem, "title") ?? "The platform gave no reason.";
        var code = Text(problem, "code") ?? $"{(int)status}";
        var state = Text(problem, "state") is { } now ? $" The request is {now} now." : "";
        return Words.Line($"{detail}{state}", Longest) + $" ({Words.Line(code, Longest)})";
    }

    private static JsonElement? Parse(string body)
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(body);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement problem, string name) =>
        problem.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
