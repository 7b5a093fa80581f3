using NSec.Cryptography;

namespace Sovereignty.TransparencyLog;

/// <summary>A witness's Ed25519 key, which makes cosignatures/v1.</summary>
public sealed class CosignatureSigner : IDisposable
{
    private readonly Key _key;
    private readonly TimeProvider _time;

    /// <summary>Takes a private key, which nothing else is signed with.</summary>
    /// <param name="name">The witness's name.</param>
    /// <param name="privateKey">The 32 bytes of the key.</param>
    /// <param name="time">The clock that cosignatures tell.</param>
    public CosignatureSigner(string name, ReadOnlySpan<byte> privateKey, TimeProvider time)
    {
        _key = Key.Import(SignatureAlgorithm.Ed25519, privateKey, KeyBlobFormat.RawPrivateKey);
        _time = time;
        Verifier = new NoteVerifier(name, _key.PublicKey.Export(KeyBlobFormat.RawPublicKey), NoteKeyType.Cosignature);
    }

    /// <summary>The public half.</summary>
    public NoteVerifier Verifier { get; }

    /// <summary>Cosigns a checkpoint as of now.</summary>
    /// <param name="text">The checkpoint's text, its last newline included.</param>
    /// <returns>The signature line.</returns>
    public NoteSignature Sign(string text)
    {
        var time = _time.GetUtcNow().ToUnixTimeSeconds();
        return new(Verifier.Name, Verifier.KeyId, Cosignature.Write(time, SignatureAlgorithm.Ed25519.Sign(_key, Cosignature.Message(time, text))));
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();
}
