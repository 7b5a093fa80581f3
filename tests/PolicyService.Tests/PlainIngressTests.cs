using System.Text;
using System.Text.Json;
using Sovereignty.Contracts.Data;
using Sovereignty.Testing;

namespace Sovereignty.PolicyService.Tests;

[Collection(nameof(RunningPolicyService))]
public sealed class PlainIngressTests(RunningPolicyService service) : IAsyncLifetime
{
    private readonly string _dataId = $"p-{Guid.NewGuid():N}";

    public Task InitializeAsync() => service.TellRegions();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Plain_JSON_is_answered_in_plain_JSON_under_the_tenant()
    {
        await Send(Body(), "m-1" + _dataId);

        Assert.Equal(ReasonCodes.Compliant, (await Answers(1))[0].Code);
        Assert.Equal("acme", service.Heard.First(heard => heard.Exchange == "sovereignty.decisions" && heard.Body.GetProperty("dataId").GetString() == _dataId).RoutingKey);
        await Eventually.True(() => service.Decisions("DataAdmitted", _dataId).Count == 1, "the contract is published too");
    }

    [Fact]
    public async Task A_message_sent_again_is_answered_once()
    {
        await Send(Body(), "m-1" + _dataId);
        await Send(Body(), "m-1" + _dataId);
        await Send(Body(), "m-2" + _dataId);

        var answers = await Answers(2);
        Assert.Equal(answers[0].InputHash, answers[1].InputHash);
        Assert.Equal(2, service.Decisions("DataAdmitted", _dataId).Count);
    }

    [Fact]
    public async Task A_message_id_used_again_for_other_content_is_answered_and_not_lost()
    {
        var other = "other-" + _dataId;
        await Send(Body(), "m-1" + _dataId);
        await Answers(1);
        await Send(Body(type: "payment"), "m-1" + _dataId);
        await Send(Body(dataId: other), "m-1" + _dataId);

        Assert.Equal(ReasonCodes.DataIdReused, (await Answers(2))[1].Code);
        await Eventually.True(() => service.Decisions("sovereignty.decisions", other).Count == 1, "the other data is answered");
    }

    [Fact]
    public async Task A_malformed_message_is_kept_told_and_answered_and_the_next_one_goes_on()
    {
        var messageId = "m-1" + _dataId;
        await Send($$"""{"tenantId":"acme","dataId":"{{_dataId}}","dataType":7}""", messageId);
        await Send("{ nonsense", "m-2" + _dataId);
        var good = "good-" + _dataId;
        await Send(Body(dataId: good), "m-3" + _dataId);

        var answer = (await Answers(1))[0];
        Assert.Equal((DecisionOutcome.Indeterminate, ReasonCodes.InputInvalid), (answer.Outcome, answer.Code));
        Assert.Contains("dataType", answer.Message, StringComparison.Ordinal);
        await Eventually.True(() => service.Decisions("sovereignty.decisions", good).Count == 1, "the next one is answered");
        await Eventually.True(() => service.Heard.Any(heard => heard.Exchange == "MessageMalformed" && heard.Body.GetProperty("sourceMessageId").GetString() == messageId), "it is told");
        RabbitMQ.Client.BasicGetResult? kept = null;
        await Eventually.True(async () => (kept = await service.Take("policy.ingress_dead")) is not null && Header(kept, "sov-source-message-id") == messageId, "it is kept");
        Assert.Equal("field-invalid", Header(kept!, "sov-reason"));
        Assert.Contains("\"dataType\":7", Encoding.UTF8.GetString(kept!.Body.Span), StringComparison.Ordinal);
    }

    private static string Header(RabbitMQ.Client.BasicGetResult message, string name) => Encoding.UTF8.GetString((byte[])message.BasicProperties.Headers![name]!);

    private Task Send(string body, string messageId) => service.PublishPlain(Encoding.UTF8.GetBytes(body), messageId);

    private string Body(string? dataId = null, string type = "profile") => JsonSerializer.Serialize(new
    {
        tenantId = "acme",
        dataId = dataId ?? _dataId,
        dataType = type,
        classification = "content",
        primaryRegion = "eu-west-1",
    });

    private async Task<IReadOnlyList<Decision>> Answers(int count)
    {
        await Eventually.True(() => service.Decisions("sovereignty.decisions", _dataId).Count == count, $"{count} answers for {_dataId}");
        return service.Decisions("sovereignty.decisions", _dataId);
    }
}
