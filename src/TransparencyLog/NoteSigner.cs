using System.Text;
using NSec.Cryptography;

namespace Sovereignty.TransparencyLog;

/// <summary>An Ed25519 key that signs notes.</summary>
public sealed class NoteSigner : IDisposable
{
    /// <summary>Bytes of a private key.</summary>
    public const int PrivateKeyLength = 32;

    private readonly Key _key;

    /// <summary>Takes a private key.</summary>
    /// <param name="name">The key's name; for a log, its origin.</param>
    /// <param name="privateKey">The 32 bytes of the key.</param>
    public NoteSigner(string name, ReadOnlySpan<byte> privateKey)
    {
        _key = Key.Import(SignatureAlgorithm.Ed25519, privateKey, KeyBlobFormat.RawPrivateKey);
        Verifier = new NoteVerifier(name, _key.PublicKey.Export(KeyBlobFormat.RawPublicKey));
    }

    /// <summary>The public half.</summary>
    public NoteVerifier Verifier { get; }

    /// <summary>Signs a note's text.</summary>
    /// <param name="text">The text, its last newline included.</param>
    /// <returns>The signature line.</returns>
    public NoteSignature Sign(string text) =>
        new(Verifier.Name, Verifier.KeyId, SignatureAlgorithm.Ed25519.Sign(_key, Encoding.UTF8.GetBytes(text)));

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();
}
