using System.Security.Cryptography;
using Sovereignty.AuditService.Keys;
using Sovereignty.TransparencyLog;

namespace Sovereignty.AuditService.Checkpoints;

/// <summary>The log's signing key in a file, made on first start and readable by its owner only.</summary>
internal static class SigningKey
{
    public static NoteSigner Open(string file, string origin)
    {
        if (!File.Exists(file))
        {
            DurableFile.Create(file, System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(NoteSigner.PrivateKeyLength)) + "\n"));
        }

        var key = StrictBase64.Decode(File.ReadAllText(file).TrimEnd('\n'));
        return key is { Length: NoteSigner.PrivateKeyLength }
            ? new NoteSigner(origin, key)
            : throw new InvalidDataException($"Audit:SigningKeyFile does not hold the {NoteSigner.PrivateKeyLength} bytes of an Ed25519 key in base64.");
    }
}
