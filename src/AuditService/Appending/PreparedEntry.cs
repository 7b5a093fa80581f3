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

    public required MessageKey Key { get; init; }

    public string? Tenant { get; init; }

    public bool IsMalformed { get; init; }
}
