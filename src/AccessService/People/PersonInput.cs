using System.Text.Json.Serialization;

namespace Sovereignty.AccessService.People;

/// <summary>What a person may do from a moment on.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record PersonInput
{
    public string? DisplayName { get; init; }

    /// <summary>approver, dpo, legal, requester, compliance-officer, service.</summary>
    public required IReadOnlyList<string> Roles { get; init; }

    /// <summary>Countries for whose data the person may decide, ISO 3166-1 alpha-2.</summary>
    public required IReadOnlyList<string> Jurisdictions { get; init; }

    public required bool Active { get; init; }

    /// <summary>From when on; left out for now. At most a year ahead.</summary>
    public DateTimeOffset? ValidFrom { get; init; }
}
