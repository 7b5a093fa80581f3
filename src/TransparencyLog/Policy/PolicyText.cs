using System.Text;

namespace Sovereignty.TransparencyLog.Policy;

/// <summary>
/// Octets of a policy file as text, and back without loss: what is no UTF-8 becomes a lone surrogate, so that names which
/// differ in an octet differ as text.
/// </summary>
internal static class PolicyText
{
    private const int Escape = 0xDC00;

    public static string Decode(ReadOnlySpan<byte> octets)
    {
        var text = new StringBuilder(octets.Length);
        while (!octets.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(octets, out var rune, out var length) == System.Buffers.OperationStatus.Done)
            {
                text.Append(rune.ToString());
                octets = octets[length..];
            }
            else
            {
                text.Append((char)(Escape + octets[0]));
                octets = octets[1..];
            }
        }

        return text.ToString();
    }

    public static byte[] Encode(string text)
    {
        var octets = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (Rune.TryGetRuneAt(text, i, out var rune))
            {
                octets.AddRange(Encoding.UTF8.GetBytes(rune.ToString()));
                i += rune.Utf16SequenceLength - 1;
            }
            else
            {
                octets.Add((byte)(text[i] - Escape));
            }
        }

        return [.. octets];
    }
}
