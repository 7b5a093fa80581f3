using System.Security.Cryptography;
using Sovereignty.AuditService.Keys;
using Sovereignty.TransparencyLog;

namespace Sovereignty.AuditService.Indexing;

/// <summary>Opens the bodies of one page or chunk. No longer, since it does not see that a key is destroyed meanwhile. Not thread-safe.</summary>
internal sealed class BodyOpener(KeyStore keys) : IDisposable
{
    private readonly Dictionary<string, AesGcm?> _ciphers = new(StringComparer.Ordinal);

    /// <returns>The body, or null where its key was destroyed.</returns>
    /// <exception cref="InvalidDataException">It is not the body that the entry commits to, or its key is damaged.</exception>
    public byte[]? Open(LogEntry entry, byte[] blob)
    {
        if (!_ciphers.TryGetValue(entry.KeyId, out var cipher))
        {
            _ciphers[entry.KeyId] = cipher = keys.Find(entry.KeyId) is { } secret ? SealedBody.Cipher(secret) : null;
        }

        return cipher is null
            ? null
            : SealedBody.Open(cipher, blob, entry.Commitment)
                ?? throw new InvalidDataException($"The body of the message {entry.Id} is not the one its entry commits to. Run the audit verification.");
    }

    public void Dispose()
    {
        foreach (var cipher in _ciphers.Values)
        {
            cipher?.Dispose();
        }
    }
}
