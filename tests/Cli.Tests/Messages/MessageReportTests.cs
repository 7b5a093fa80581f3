using System.Text.Json;
using Sovereignty.Cli.Messages;

namespace Sovereignty.Cli.Tests.Messages;

public sealed class MessageReportTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);

    private static readonly WholeMessageView Message = new(
        "policy.data-created_error",
        new() { Id = "m-1", Type = "Sovereignty.Contracts.Data:DataCreated", Code = "System.TimeoutException", Reason = "It took\u001b[2J too long.", Since = Now.AddMinutes(-90), SourceUser = "platform-service", Size = 12, Redrives = 2 },
        new() { ["MT-Fault-Message"] = "a\u0007b" },
        JsonSerializer.Deserialize<JsonElement>("""{"text":"\u001b[2J"}"""),
        null);

    [Fact]
    public void A_message_is_told_whole_without_what_could_act_on_a_terminal()
    {
        var report = MessageReport.Describe(Message, Now);

        Assert.Contains("m-1 in policy.data-created_error", report);
        Assert.Contains("here since: 2026-11-23 06:30:00 UTC (1 h 30 min)", report);
        Assert.Contains("published by: platform-service", report);
        Assert.Contains("tenant: -", report);
        Assert.Contains("redriven: 2 times", report);
        Assert.Contains("reason: It took [2J too long.", report);
        Assert.Contains("MT-Fault-Message: a b", report);
        Assert.Contains("\"text\"", report);
        Assert.DoesNotContain(report, character => char.IsControl(character) && character != '\n');
    }

    [Fact]
    public void A_body_that_is_no_json_is_shown_in_base64() =>
        Assert.EndsWith("body, base64\nAAEC", MessageReport.Describe(Message with { Body = null, BodyBase64 = "AAEC" }, Now));

    [Fact]
    public void The_age_is_never_negative_and_may_be_unknown()
    {
        Assert.Equal("0 s", MessageReport.Age(Now.AddSeconds(5), Now));
        Assert.Equal("2 d", MessageReport.Age(Now.AddDays(-2), Now));
        Assert.Equal("-", MessageReport.Age(null, Now));
    }

    [Theory]
    [InlineData(1, "1 message sent back; 3 left in q.")]
    [InlineData(2, "2 messages sent back; 3 left in q.")]
    public void What_was_done_is_counted(int done, string words) => Assert.Equal(words, MessageReport.Describe(new ActionAnswer("q", done, 3), "sent back"));
}
