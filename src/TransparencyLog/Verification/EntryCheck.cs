namespace Sovereignty.TransparencyLog.Verification;

/// <summary>What can be said of an entry by itself.</summary>
internal readonly record struct EntryCheck(MerkleHash Leaf, string? Problem, bool Opened, bool WithoutKey)
{
    /// <summary>The entry, where its bytes are one.</summary>
    public LogEntry? Entry { get; private init; }

    public static EntryCheck Of(StoredEntry stored, Func<string, byte[]?>? findKey)
    {
        var entry = LogEntry.Read(stored.Entry);
        return Of(stored, entry, findKey) with { Entry = entry };
    }

    private static EntryCheck Of(StoredEntry stored, LogEntry? entry, Func<string, byte[]?>? findKey)
    {
        var leaf = MerkleHash.Leaf(stored.Entry);
        if (entry is null)
        {
            return new(leaf, "its bytes are not an entry.", false, false);
        }

        if (stored.Contradiction is { } contradiction)
        {
            return new(leaf, contradiction, false, false);
        }

        if (stored.Sealed is not { } blob || findKey is null)
        {
            return new(leaf, null, false, findKey is not null);
        }

        byte[]? key;
        try
        {
            key = findKey(entry.KeyId);
        }
        catch (InvalidDataException exception)
        {
            return new(leaf, $"its body cannot be opened. {exception.Message}", false, false);
        }

        if (key is null)
        {
            return new(leaf, null, false, true);
        }

        using var cipher = SealedBody.Cipher(key);
        return SealedBody.Open(cipher, blob, entry.Commitment) is { } body
            ? new(leaf, stored.CompareBody?.Invoke(entry, body), true, false)
            : new(leaf, "its body is not the one that was committed to.", false, false);
    }
}
