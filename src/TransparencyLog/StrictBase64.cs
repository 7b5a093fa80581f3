namespace Sovereignty.TransparencyLog;

/// <summary>Base64 with the standard alphabet and padding, of which only the one canonical form is read: .NET's own decoder ignores white space and stray bits.</summary>
public static class StrictBase64
{
    /// <summary>Decodes canonical base64.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The bytes, or null where the text is not exactly what encoding them would give.</returns>
    public static byte[]? Decode(string text)
    {
        var bytes = new byte[(text.Length / 4 * 3) + 3];
        return Convert.TryFromBase64String(text, bytes, out var written) && Convert.ToBase64String(bytes.AsSpan(0, written)) == text
            ? bytes[..written]
            : null;
    }
}
