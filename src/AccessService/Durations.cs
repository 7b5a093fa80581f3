using System.Xml;

namespace Sovereignty.AccessService;

/// <summary>ISO 8601 durations in whole milliseconds. Months and years are refused: how long they are depends on when.</summary>
internal static class Durations
{
    /// <returns>Null for what cannot be read.</returns>
    public static TimeSpan? Read(string? text)
    {
        if (text is not { Length: > 1 and <= 30 } || text.Split('T')[0].AsSpan().IndexOfAny('Y', 'M') >= 0)
        {
            return null;
        }

        try
        {
            var duration = XmlConvert.ToTimeSpan(text);
            return duration.Ticks % TimeSpan.TicksPerMillisecond == 0 ? duration : null;
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            return null;
        }
    }

    public static string Write(TimeSpan duration) => XmlConvert.ToString(duration);
}
