using System.Security.Cryptography;

namespace Sovereignty.AuditService.Keys;

/// <summary>What entries are found by without the database holding whom they are about.</summary>
internal sealed class SearchTokens(MasterKey master)
{
    private readonly ThreadLocal<IncrementalHash> _bodies = new(() => IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, master.Bodies));

    public Guid User(string? tenant, string subject) => Token("user", tenant, subject);

    public Guid Data(string? tenant, string dataId) => Token("data", tenant, dataId);

    public byte[] Body(ReadOnlySpan<byte> body)
    {
        // Beginning with the key anew for each body would cost as much as the body.
        _bodies.Value!.AppendData(body);
        return _bodies.Value.GetHashAndReset();
    }

    public Guid Conflict(string messageId, byte[] bodyTag) => Token("message-id-conflict", messageId, Convert.ToHexStringLower(bodyTag));

    private Guid Token(string kind, string? scope, string value) =>
        new(KeyedHash.Of(master.Tokens, kind, scope, value).AsSpan(0, 16), bigEndian: true);
}
