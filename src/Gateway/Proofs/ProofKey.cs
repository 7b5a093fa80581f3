using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace Sovereignty.Gateway.Proofs;

internal static class ProofKey
{
    internal static ECDsaSecurityKey LoadOrCreate(string folder)
    {
        var ecdsa = ECDsa.Create();
        ecdsa.ImportFromPem(KeyFile.LoadOrCreate(folder, "decision-proof-p256.pem", CreatePem));
        var key = new ECDsaSecurityKey(ecdsa);
        key.KeyId = Base64UrlEncoder.Encode(key.ComputeJwkThumbprint());
        return key;
    }

    private static string CreatePem()
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return ecdsa.ExportPkcs8PrivateKeyPem();
    }
}
