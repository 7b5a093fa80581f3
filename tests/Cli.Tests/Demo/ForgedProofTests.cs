using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Sovereignty.Cli.Demo;

namespace Sovereignty.Cli.Tests.Demo;

public sealed class ForgedProofTests
{
    [Fact]
    public void It_says_what_the_proof_says_and_is_signed_by_another_key()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var signed = $"{Base64Url.EncodeToString("""{"alg":"ES256"}"""u8)}.{Base64Url.EncodeToString("""{"sub":"dpo-de"}"""u8)}";
        var proof = $"{signed}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";

        var forged = ForgedProof.Of(proof);

        Assert.True(IsSigned(key, proof));
        Assert.StartsWith($"{signed}.", forged, StringComparison.Ordinal);
        Assert.Equal(64, Base64Url.DecodeFromChars(forged.AsSpan(signed.Length + 1)).Length);
        Assert.False(IsSigned(key, forged));
    }

    private static bool IsSigned(ECDsa key, string proof)
    {
        var end = proof.LastIndexOf('.');
        return key.VerifyData(Encoding.ASCII.GetBytes(proof[..end]), Base64Url.DecodeFromChars(proof.AsSpan(end + 1)), HashAlgorithmName.SHA256);
    }
}
