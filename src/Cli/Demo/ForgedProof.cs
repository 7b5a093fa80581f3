using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Sovereignty.Cli.Demo;

internal static class ForgedProof
{
    /// <summary>All that a proof says, signed by somebody else.</summary>
    public static string Of(string proof)
    {
        var signed = proof[..proof.LastIndexOf('.')];
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return $"{signed}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
    }
}
