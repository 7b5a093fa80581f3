using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace Sovereignty.AccessService;

internal static partial class Texts
{
    private const int LongestCode = 100;

    /// <summary>A code in kebab-case.</summary>
    public static bool IsCode(string? text) => text is { Length: <= LongestCode } && Code().IsMatch(text);

    /// <summary>Text on one line.</summary>
    public static bool IsLine(string? text, int longest) =>
        IsText(text, longest) && !text!.Any(char.IsControl);

    /// <summary>Text that says something, and that every store can hold.</summary>
    public static bool IsText(string? text, int longest) =>
        !string.IsNullOrWhiteSpace(text) && text.Length <= longest && !text.Contains('\0') && IsWhole(text);

    private static bool IsWhole(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out _, out var length) != OperationStatus.Done)
            {
                return false;
            }

            text = text[length..];
        }

        return true;
    }

    [GeneratedRegex("^[a-z][a-z0-9]*(-[a-z0-9]+){0,7}\\z")]
    private static partial Regex Code();
}
