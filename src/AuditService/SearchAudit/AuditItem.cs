using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sovereignty.AuditService.SearchAudit;

/// <summary>An entry as people read it. Of one that is damaged only index, type and leaf hash are said.</summary>
/// <param name="Index">Its place in the log.</param>
/// <param name="Id">The message id.</param>
/// <param name="Type">The event's type, for example <c>DataCreated</c>.</param>
/// <param name="TenantId">The tenant; null for what belongs to the platform.</param>
/// <param name="Source">The broker user who published it.</param>
/// <param name="OccurredAt">When it happened; when it was received, where it does not say.</param>
/// <param name="ReceivedAt">When the log received it.</param>
/// <param name="Actor">Who caused it.</param>
/// <param name="Body">The event; for a malformed message its bytes in base64; null where its key was destroyed.</param>
/// <param name="Malformed">Why the message could not be read.</param>
/// <param name="LeafHash">The entry's hash in the tree, in base64.</param>
/// <param name="Damaged"><see cref="EntryDamaged"/> or <see cref="BodyDamaged"/>, which the verification says more about; null where it is whole.</param>
internal sealed record AuditItem(
    long Index,
    string? Id,
    string Type,
    string? TenantId,
    string? Source,
    DateTimeOffset? OccurredAt,
    DateTimeOffset? ReceivedAt,
    [property: JsonConverter(typeof(AsReceived))] JsonElement? Actor,
    [property: JsonConverter(typeof(AsReceived))] JsonElement? Body,
    string? Malformed,
    string? LeafHash,
    string? Damaged)
{
    /// <summary>Its stored bytes are not those that were hashed, or are not there.</summary>
    public const string EntryDamaged = "entry-damaged";

    /// <summary>Its body cannot be opened: the body, or the file of its key, is not what was stored, or the body is not there.</summary>
    public const string BodyDamaged = "body-damaged";
}
