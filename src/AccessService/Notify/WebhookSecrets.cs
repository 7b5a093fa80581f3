using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Sovereignty.AccessService.Notify;

/// <summary>The secrets of webhooks, each derived from the master key and the webhook's id, so that none is stored.</summary>
internal sealed class WebhookSecrets
{
    private const int Length = 32;
    private const string Prefix = "whsec_";
    private readonly byte[] _key;

    private WebhookSecrets(byte[] key) => _key = key;

    public static WebhookSecrets Parse(string masterKey)
    {
        var key = new byte[Length];
        return Convert.TryFromBase64String(masterKey, key, out var written) && written == Length
            ? new(key)
            : throw new InvalidOperationException("Notify:MasterKey must be 32 random bytes in base64. Make one with: openssl rand -base64 32");
    }

    public byte[] Of(Guid webhookId)
    {
        var secret = new byte[Length];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _key, secret, salt: [], [.. "access-webhook"u8, .. webhookId.ToByteArray(bigEndian: true)]);
        return secret;
    }

    /// <summary>The form in which the owner gets it.</summary>
    public string Shown(Guid webhookId) => Prefix + Convert.ToBase64String(Of(webhookId));
}

/// <summary>The signature of the Standard Webhooks specification, 1.0.0: over id, time and body, so that none can be exchanged.</summary>
internal static class WebhookSignature
{
    public static string Of(byte[] secret, string id, long timestamp, ReadOnlySpan<byte> body)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}.")), .. body];
        return "v1," + Convert.ToBase64String(HMACSHA256.HashData(secret, signed));
    }
}
