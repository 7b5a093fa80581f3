namespace Sovereignty.TransparencyLog.Verification;

/// <summary>What can be said of an entry by itself.</summary>
internal readonly record struct EntryCheck(MerkleHash Leaf, LogEntry? Entry, string? Problem, bool Opened, bool WithoutKey)
{
    public static EntryCheck Of(StoredEntry stored, Func<string, byte[]?>? findKey)
    {
        var leaf = MerkleHash.Leaf(stored.Entry.Span);
        var entry = LogEntry.Read(stored.Entry.Span);
        if (entry is null)
        {
            return new(leaf, null, "its bytes are not an entry.", false, false);
        }

        if (stored.Contradiction is { } contradiction)
        {
            return new(leaf, entry, contradiction, false, false);
        }

        if (stored.Sealed is not { } blob || findKey is null)
        {
            return new(leaf, entry, null, false, findKey is not null);
        }

        byte[]? key;
        try
        {
            key = findKey(entry.KeyId);
        }
        catch (InvalidDataException exception)
        {
            return new(leaf, entry, $"its body cannot be opened. {exception.Message}", false, false);
        }

        if (key is null)
        {
            return new(leaf, entry, null, false, true);
        }

        using var cipher = SealedBody.Cipher(key);
        return SealedBody.Open(cipher, blob, entry.Commitment) is { } body
            ? new(leaf, entry, stored.CompareBody?.Invoke(entry, body), true, false)
            : new(leaf, entry, "its body is not the one that was committed to.", false, false);
    }
}
