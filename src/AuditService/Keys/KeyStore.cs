using System.Collections.Concurrent;
using System.Security.Cryptography;
using Sovereignty.TransparencyLog;

namespace Sovereignty.AuditService.Keys;

/// <summary>
/// The keys that bodies are sealed with: a file for each tenant and data subject, in a folder outside the database and its
/// backups. Destroying a file erases what it sealed.
/// </summary>
internal sealed class KeyStore(string folder, MasterKey master)
{
    private const byte Version = 1;
    private const int TagLength = 16;
    private const int FileLength = 1 + SealedBody.NonceLength + SealedBody.KeyLength + TagLength;
    private const int MostInMemory = 50_000;

    private readonly ConcurrentDictionary<string, Lazy<SubjectKey>> _keys = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string? Tenant, string? Issuer, string? Subject), SubjectKey> _named = new();

    /// <summary>The key of a person or service within a tenant, made and on disk before it is returned.</summary>
    public SubjectKey ForSubject(string? tenant, string issuer, string subject) =>
        _named.TryGetValue((tenant, issuer, subject), out var known) ? known : Remember((tenant, issuer, subject), Get("subject", tenant, issuer, subject));

    /// <summary>The key for what concerns no person: a tenant's, or the platform's.</summary>
    public SubjectKey General(string? tenant) =>
        _named.TryGetValue((tenant, null, null), out var known) ? known : Remember((tenant, null, null), Get("general", tenant));

    /// <summary>A key by its id, or null where there is none (any more).</summary>
    public byte[]? Find(string id)
    {
        if (_keys.TryGetValue(id, out var known) && known.IsValueCreated && File.Exists(PathOf(id)))
        {
            return known.Value.Secret;
        }

        return id.Length == 64 && id.All(char.IsAsciiHexDigitLower) && File.Exists(PathOf(id)) ? Read(id) : null;
    }

    // The id of a key is a keyed hash, which is dear to make for every message.
    private SubjectKey Remember((string? Tenant, string? Issuer, string? Subject) name, SubjectKey key)
    {
        if (_named.Count >= MostInMemory)
        {
            _named.Clear();
        }

        return _named[name] = key;
    }

    private SubjectKey Get(params ReadOnlySpan<string?> parts)
    {
        var id = Convert.ToHexStringLower(KeyedHash.Of(master.Names, parts));
        if (_keys.TryGetValue(id, out var known) && known.IsValueCreated)
        {
            return known.Value;
        }

        if (_keys.Count >= MostInMemory)
        {
            _keys.Clear();
        }

        var lazy = _keys.GetOrAdd(id, key => new Lazy<SubjectKey>(() => Load(key)));
        try
        {
            return lazy.Value;
        }
        catch
        {
            // A failure is not remembered: the file may be repaired.
            _keys.TryRemove(new(id, lazy));
            throw;
        }
    }

    private SubjectKey Load(string id)
    {
        if (!File.Exists(PathOf(id)))
        {
            DurableFile.Create(PathOf(id), Wrap(id, RandomNumberGenerator.GetBytes(SealedBody.KeyLength)));
        }

        return new SubjectKey(id, Read(id));
    }

    private byte[] Wrap(string id, byte[] secret)
    {
        var file = new byte[FileLength];
        file[0] = Version;
        var nonce = file.AsSpan(1, SealedBody.NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = SealedBody.Cipher(master.Wrapping);
        cipher.Encrypt(nonce, secret, file.AsSpan(1 + SealedBody.NonceLength, SealedBody.KeyLength), file.AsSpan(FileLength - TagLength), Convert.FromHexString(id));
        return file;
    }

    private byte[] Read(string id)
    {
        var file = File.ReadAllBytes(PathOf(id));
        if (file.Length != FileLength || file[0] != Version)
        {
            throw new InvalidDataException($"The key file {id} is damaged.");
        }

        var secret = new byte[SealedBody.KeyLength];
        using var cipher = SealedBody.Cipher(master.Wrapping);
        try
        {
            cipher.Decrypt(file.AsSpan(1, SealedBody.NonceLength), file.AsSpan(1 + SealedBody.NonceLength, SealedBody.KeyLength), file.AsSpan(FileLength - TagLength), secret, Convert.FromHexString(id));
        }
        catch (AuthenticationTagMismatchException exception)
        {
            throw new InvalidDataException($"The key file {id} is damaged, or Audit:MasterKey is not the one it was made with.", exception);
        }

        return secret;
    }

    private string PathOf(string id) => Path.Combine(folder, id);
}
