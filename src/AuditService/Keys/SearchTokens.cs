namespace Sovereignty.AuditService.Keys;

/// <summary>What entries are found by without the database holding whom they are about.</summary>
internal sealed class SearchTokens(MasterKey master)
{
    public Guid User(string? tenant, string subject) => Token("user", tenant, subject);

    public Guid Data(string? tenant, string dataId) => Token("data", tenant, dataId);

    public byte[] Body(ReadOnlySpan<byte> body) => System.Security.Cryptography.HMACSHA256.HashData(master.Bodies, body);

    public Guid Conflict(string messageId, byte[] bodyTag) => Token("message-id-conflict", messageId, Convert.ToHexStringLower(bodyTag));

    private Guid Token(string kind, string? scope, string value) =>
        new(KeyedHash.Of(master.Tokens, kind, scope, value).AsSpan(0, 16), bigEndian: true);
}
