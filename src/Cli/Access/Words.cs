using System.Globalization;
using System.Text;
using System.Xml;
using Sovereignty.Contracts;

namespace Sovereignty.Cli.Access;

/// <summary>Values as people read them.</summary>
internal static class Words
{
    /// <summary>An ISO 8601 duration; null if it is none, or not longer than nothing.</summary>
    public static TimeSpan? ParseDuration(string text)
    {
        try
        {
            return XmlConvert.ToTimeSpan(text) is var length && length > TimeSpan.Zero ? length : null;
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            return null;
        }
    }

    public static string Duration(string text) => ParseDuration(text) is { } length ? Duration(length) : Line(text, 20);

    /// <summary>The two largest units, rounded down.</summary>
    public static string Duration(TimeSpan length)
    {
        var parts = new[] { (length.Days, "d"), (length.Hours, "h"), (length.Minutes, "min"), (length.Seconds, "s") }
            .SkipWhile(part => part.Item1 == 0)
            .Take(2)
            .Where(part => part.Item1 != 0)
            .Select(part => $"{part.Item1} {part.Item2}");
        return string.Join(' ', parts) is { Length: > 0 } words ? words : "0 s";
    }

    public static string Left(DateTimeOffset? end, DateTimeOffset now) => end switch
    {
        null => "-",
        { } moment when moment <= now => "due",
        { } moment => $"in {Duration(moment - now)}",
    };

    public static string Time(DateTimeOffset moment) => moment.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    public static string Person(Actor actor) =>
        Line(actor.DisplayName is null ? actor.Subject : $"{actor.DisplayName} ({actor.Subject})", 80);

    /// <summary>
    /// One line of someone else's text, shortened. Control and format characters go: they could rewrite what an approver
    /// sees on the terminal.
    /// </summary>
    public static string Line(string text, int longest)
    {
        var line = new StringBuilder();
        var (count, space) = (0, false);
        foreach (var rune in text.Trim().EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune) || Rune.IsControl(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format)
            {
                space = line.Length > 0;
                continue;
            }

            if (count + (space ? 2 : 1) > longest - 1 && count > 0)
            {
                return $"{line}…";
            }

            count += space ? 2 : 1;
            line.Append(space ? " " : "").Append(rune);
            space = false;
        }

        return line.ToString();
    }
}
