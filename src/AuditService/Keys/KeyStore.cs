using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Sovereignty.TransparencyLog;

namespace Sovereignty.AuditService.Keys;

/// <summary>
/// The keys that bodies are sealed with: a file for each tenant and data subject, in a folder outside the database and its
/// backups. An empty file in the place of a key is what was destroyed: it erases what the key sealed, and keeps its id from
/// ever standing for another key. Who acts after that has a key of the next generation, under another id.
/// </summary>
internal sealed class KeyStore(string folder, MasterKey master, TimeProvider time)
{
    private const byte Version = 1;
    private const int TagLength = 16;
    private const int FileLength = 1 + SealedBody.NonceLength + SealedBody.KeyLength + TagLength;
    private const int MostInMemory = 50_000;

    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Lazy<SubjectKey?>> _keys = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string? Tenant, string? Issuer, string? Subject), SubjectKey> _named = new();

    /// <summary>Whether an exception says that a key, or what it sealed, cannot be read or made: the disk, its rights, or damage.</summary>
    public static bool IsFailure(Exception exception) => exception is IOException or UnauthorizedAccessException or InvalidDataException;

    /// <summary>The key of a person or service within a tenant, made and on disk before it is returned.</summary>
    public SubjectKey ForSubject(string? tenant, string issuer, string subject) =>
        Named((tenant, issuer, subject)) ?? Remember((tenant, issuer, subject), Get("subject", tenant, issuer, subject));

    /// <summary>The key for what concerns no person: a tenant's, or the platform's.</summary>
    public SubjectKey General(string? tenant) =>
        Named((tenant, null, null)) ?? Remember((tenant, null, null), Get("general", tenant));

    /// <summary>The key that these have, if it is in memory: that of a person or service, or the general one where either name is missing.</summary>
    public SubjectKey? AtHand(string? tenant, string? issuer, string? subject) =>
        Named(issuer is null || subject is null ? (tenant, null, null) : (tenant, issuer, subject));

    /// <summary>A key by its id, or null where there is none (any more).</summary>
    public byte[]? Find(string id)
    {
        if (!IsId(id) || new FileInfo(PathOf(id)) is not { Exists: true } file)
        {
            return null;
        }

        return file.Length == FileLength && _keys.TryGetValue(id, out var known) && known.IsValueCreated && known.Value is { } key ? key.Secret : Read(id);
    }

    /// <summary>Destroys a key in one step, on disk when this returns. Other instances use it for a second more at most.</summary>
    public void Destroy(string id)
    {
        if (!IsId(id))
        {
            throw new ArgumentException("It is not the id of a key.", nameof(id));
        }

        DurableFile.Replace(PathOf(id), []);
        _keys.TryRemove(id, out _);
        _named.Clear();
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

    private SubjectKey? Named((string? Tenant, string? Issuer, string? Subject) name) => _named.TryGetValue(name, out var known) && IsThere(known) ? known : null;

    // What a destroyed key seals can never be opened, so that one in memory is used only while its file is there. That is
    // looked at once a second: for each message it would be a system call in the path of every append.
    private bool IsThere(SubjectKey key)
    {
        var now = time.GetTimestamp();
        if (time.GetElapsedTime(key.SeenAt, now) < LookAgainAfter)
        {
            return true;
        }

        var file = new FileInfo(PathOf(key.Id));
        if (file is { Exists: true, Length: FileLength })
        {
            key.SeenAt = now;
            return true;
        }

        // It was there, so that gone means destroyed. Without this a new key would come to lie under its id.
        if (!file.Exists)
        {
            DurableFile.Create(PathOf(key.Id), []);
        }

        _keys.TryRemove(key.Id, out _);
        return false;
    }

    private SubjectKey Get(params ReadOnlySpan<string?> parts)
    {
        for (var generation = 0; ; generation++)
        {
            var id = Convert.ToHexStringLower(KeyedHash.Of(master.Names, generation == 0 ? parts : [.. parts, generation.ToString(CultureInfo.InvariantCulture)]));
            if (Get(id) is { } key)
            {
                return key;
            }
        }
    }

    /// <returns>The key, or null where it was destroyed.</returns>
    private SubjectKey? Get(string id)
    {
        if (_keys.TryGetValue(id, out var known) && known.IsValueCreated && known.Value is { } key && IsThere(key))
        {
            return key;
        }

        if (_keys.Count >= MostInMemory)
        {
            _keys.Clear();
        }

        var lazy = _keys.GetOrAdd(id, key => new Lazy<SubjectKey?>(() => Load(key)));
        var loaded = false;
        try
        {
            return (loaded = lazy.Value is not null) ? lazy.Value : null;
        }
        finally
        {
            // Neither a failure nor a destroyed key is remembered: the file may be repaired.
            if (!loaded)
            {
                _keys.TryRemove(new(id, lazy));
            }
        }
    }

    private SubjectKey? Load(string id)
    {
        var now = time.GetTimestamp();
        if (!File.Exists(PathOf(id)))
        {
            DurableFile.Create(PathOf(id), Wrap(id, RandomNumberGenerator.GetBytes(SealedBody.KeyLength)));
        }

        return Read(id) is { } secret ? new SubjectKey(id, secret, now) : null;
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

    private byte[]? Read(string id)
    {
        var file = File.ReadAllBytes(PathOf(id));
        if (file.Length == 0)
        {
            return null;
        }

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

    private static bool IsId(string id) => id.Length == 64 && id.All(char.IsAsciiHexDigitLower);

    private string PathOf(string id) => Path.Combine(folder, id);
}
