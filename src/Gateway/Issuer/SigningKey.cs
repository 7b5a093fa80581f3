using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace Sovereignty.Gateway.Issuer;

internal static class SigningKey
{
    internal static RsaSecurityKey LoadOrCreate(string folder)
    {
        var rsa = RSA.Create();
        rsa.ImportFromPem(KeyFile.LoadOrCreate(folder, "issuer-rsa.pem", CreatePem));
        var key = new RsaSecurityKey(rsa);
        key.KeyId = Base64UrlEncoder.Encode(key.ComputeJwkThumbprint());
        return key;
    }

    private static string CreatePem()
    {
        using var rsa = RSA.Create(2048);
        return rsa.ExportPkcs8PrivateKeyPem();
    }
}
