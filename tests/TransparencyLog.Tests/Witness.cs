using System.Security.Cryptography;
using System.Text;
using NSec.Cryptography;

namespace Sovereignty.TransparencyLog.Tests;

/// <summary>A witness's key, cosigning as the format says and not by the code under test.</summary>
internal sealed class Witness
{
    private readonly Key _key;

    public Witness(string name)
    {
        _key = Key.Import(SignatureAlgorithm.Ed25519, SHA256.HashData(Encoding.UTF8.GetBytes(name)), KeyBlobFormat.RawPrivateKey);
        Verifier = new NoteVerifier(name, _key.PublicKey.Export(KeyBlobFormat.RawPublicKey), NoteKeyType.Cosignature);
    }

    public NoteVerifier Verifier { get; }

    public NoteSignature Cosign(string text, ulong time = 1_679_315_147)
    {
        var signature = SignatureAlgorithm.Ed25519.Sign(_key, Encoding.UTF8.GetBytes($"cosignature/v1\ntime {time}\n{text}"));
        var blob = new byte[72];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(blob, time);
        signature.CopyTo(blob, 8);
        return new(Verifier.Name, Verifier.KeyId, blob);
    }

    /// <summary>Signs the text alone with the same key and id, as a log would.</summary>
    public NoteSignature SignPlainly(string text) => new(Verifier.Name, Verifier.KeyId, SignatureAlgorithm.Ed25519.Sign(_key, Encoding.UTF8.GetBytes(text)));
}
