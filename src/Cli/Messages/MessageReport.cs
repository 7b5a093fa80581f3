using System.Text;
using System.Text.Json;
using Sovereignty.Cli.Access;

namespace Sovereignty.Cli.Messages;

/// <summary>A message in an error queue, in words. What others wrote is cleaned of whatever could act on a terminal.</summary>
internal static class MessageReport
{
    private const int Longest = 1_000;
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static string Age(DateTimeOffset? since, DateTimeOffset now) =>
        since is { } moment ? Words.Duration(moment < now ? now - moment : TimeSpan.Zero) : "-";

    public static string Describe(WholeMessageView view, DateTimeOffset now)
    {
        var (message, report) = (view.Message, new StringBuilder($"{view.Message.Id} in {view.Queue}"));
        Line("type", message.Type);
        Line("tenant", message.TenantId);
        Line("published by", message.SourceUser);
        Line("here since", message.Since is { } since ? $"{Words.Time(since)} ({Age(since, now)})" : null);
        Line("code", message.Code);
        Line("reason", message.Reason);
        Line("redriven", message.Redrives == 0 ? "never" : $"{message.Redrives} times");
        Line("content", $"{message.ContentType ?? "no content type"}, {message.Size} bytes");
        report.Append("\nheaders");
        foreach (var (name, value) in view.Headers.OrderBy(header => header.Key, StringComparer.Ordinal))
        {
            Line(Words.Line(name, Longest), value);
        }

        report.Append(view.Body is null ? "\nbody, base64\n" : "\nbody\n");
        report.Append(view.Body is { } body ? JsonSerializer.Serialize(body, Indented) : view.BodyBase64);
        return report.ToString();

        void Line(string name, string? value) => report.Append($"\n  {name}: {(string.IsNullOrEmpty(value) ? "-" : Words.Line(value, Longest))}");
    }

    public static string Describe(ActionAnswer answer, string what) =>
        $"{answer.Done} {(answer.Done == 1 ? "message" : "messages")} {what}; {answer.Remaining} left in {answer.Queue}.";
}
