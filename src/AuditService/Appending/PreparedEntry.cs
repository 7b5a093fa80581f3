using Sovereignty.TransparencyLog;

namespace Sovereignty.AuditService.Appending;

/// <summary>All that is stored of a message, except its index.</summary>
internal sealed record PreparedEntry
{
    public required string MessageId { get; init; }

    public required byte[] Entry { get; init; }

    public required MerkleHash LeafHash { get; init; }

    public required byte[] Sealed { get; init; }

    public required byte[] BodyTag { get; init; }

    public string? Tenant { get; init; }

    public required string Type { get; init; }

    public required DateTimeOffset OccurredAt { get; init; }

    public Guid? UserToken { get; init; }

    public Guid? DataToken { get; init; }

    public required string[] Regions { get; init; }

    public required string[] Actions { get; init; }

    public bool IsMalformed { get; init; }
}
