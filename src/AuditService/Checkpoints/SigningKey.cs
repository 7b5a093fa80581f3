using Sovereignty.TransparencyLog;

namespace Sovereignty.AuditService.Checkpoints;

/// <summary>The log's signing key in a file, made on first start and readable by its owner only.</summary>
internal static class SigningKey
{
    public static NoteSigner Open(string file, string origin) => new(origin, PrivateKeyFile.Open(file));
}
