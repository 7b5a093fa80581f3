using System.Security.Cryptography;
using System.Text;

namespace Sovereignty.AuditService.Appending;

/// <summary>A message in the list of messages: its id and a keyed hash of its body, each in the room of a uuid.</summary>
internal readonly record struct MessageKey(Guid Id, Guid Body)
{
    public static MessageKey Of(string messageId, byte[] bodyTag) => new(OfId(messageId), new Guid(bodyTag.AsSpan(0, 16), bigEndian: true));

    /// <summary>The same as <c>audit.message_key</c> in the database.</summary>
    public static Guid OfId(string messageId) =>
        Guid.TryParseExact(messageId, "D", out var id) && id.ToString() == messageId
            ? id
            : new(SHA256.HashData(Encoding.UTF8.GetBytes(messageId)).AsSpan(0, 16), bigEndian: true);
}
