using System.Text.Json;
using Sovereignty.Contracts.Access;

namespace Sovereignty.AuditService.Receiving;

/// <summary>
/// What reports tell events of one type apart by: a code, or what an approval or a grant was. Few different ones, and nothing
/// personal, so that it may stand in the search table in the clear.
/// </summary>
internal static class EventFacets
{
    public const string Complete = "complete";
    public const string Automatic = "automatic";

    private const int LongestCode = 60;

    public static string? Of(string type, JsonElement members) => type switch
    {
        nameof(AccessApproved) => members.TryGetProperty("remaining", out var remaining) && remaining.ValueKind == JsonValueKind.Number && remaining.TryGetInt32(out var left) && left == 0 ? Complete : null,
        nameof(AccessGranted) => members.TryGetProperty("automatic", out var automatic) && automatic.ValueKind == JsonValueKind.True ? Automatic : null,
        nameof(AccessRefused) or nameof(AccessUseRefused) or nameof(AccessCommandRefused) or nameof(AccessRevoked) or nameof(AccessSuspended) => Code(members),
        _ => null,
    };

    // Codes are words in small letters; anything else is not one, whatever its publisher wrote there.
    private static string? Code(JsonElement members) =>
        members.TryGetProperty("code", out var code) && code.ValueKind == JsonValueKind.String
            && code.GetString() is { Length: > 0 and <= LongestCode } text && text.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character == '-')
            ? text
            : null;
}
