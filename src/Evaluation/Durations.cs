using System.Xml;

namespace Sovereignty.Evaluation;

/// <summary>ISO 8601 durations.</summary>
public static class Durations
{
    /// <summary>Whether a text is a duration above zero.</summary>
    public static bool IsLength(string? text) => Read(text) is not null;

    /// <returns>Null where the text is no duration above zero.</returns>
    public static TimeSpan? Read(string? text)
    {
        try
        {
            return text is not null && XmlConvert.ToTimeSpan(text) is var duration && duration > TimeSpan.Zero ? duration : null;
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            return null;
        }
    }
}
