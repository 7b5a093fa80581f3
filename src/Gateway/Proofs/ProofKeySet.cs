using Microsoft.IdentityModel.Tokens;

namespace Sovereignty.Gateway.Proofs;

/// <summary>The public keys of the proofs, as a JWK set (RFC 7517).</summary>
internal sealed record ProofKeySet(IReadOnlyList<ProofPublicKey> Keys)
{
    internal static ProofKeySet Of(ECDsaSecurityKey key)
    {
        var point = key.ECDsa.ExportParameters(includePrivateParameters: false).Q;
        return new([new(key.KeyId, Base64UrlEncoder.Encode(point.X!), Base64UrlEncoder.Encode(point.Y!))]);
    }
}

internal sealed record ProofPublicKey(string Kid, string X, string Y)
{
    public string Kty => "EC";

    public string Crv => "P-256";

    public string Use => "sig";

    public string Alg => SecurityAlgorithms.EcdsaSha256;
}
