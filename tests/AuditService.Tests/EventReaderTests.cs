using System.Text.Json;
using Sovereignty.AuditService.Receiving;
using Sovereignty.Contracts;
using Sovereignty.TransparencyLog;

namespace Sovereignty.AuditService.Tests;

public sealed class EventReaderTests
{
    [Fact]
    public void The_facts_of_an_event_are_read_from_its_envelope()
    {
        var facts = EventReader.Read(TestLog.Message(5, subject: "jane"), search: true);
        Assert.Null(facts.Malformed);
        Assert.Equal(("acme-5", "Sovereignty.Contracts.Data:DataCreated", "acme", "sovereignty", "jane", "data-5"), (facts.MessageId, facts.Type, facts.Tenant, facts.ActorIssuer, facts.ActorSubject, facts.Search!.DataId));
        Assert.Equal(["eu-central-1", "eu-west-1"], facts.Search!.Regions);
        Assert.Equal(new DateTimeOffset(2026, 1, 1, 0, 0, 5, TimeSpan.Zero), facts.OccurredAt);
    }

    [Fact]
    public void The_facts_of_a_fault_are_those_of_the_message_that_failed()
    {
        var inner = JsonDocument.Parse(TestLog.Message(5).Body).RootElement.GetProperty("message");
        var body = JsonSerializer.Serialize(
            new
            {
                messageId = "f-1",
                messageType = (string[])["urn:message:MassTransit:Fault[[Sovereignty.Contracts.Data:DataCreated]]", "urn:message:MassTransit:Fault"],
                message = new { faultId = "1", faultedMessageId = "acme-5", timestamp = "2026-01-01T00:01:00Z", message = inner },
            },
            ContractJson.Options);
        var facts = EventReader.Read(TestLog.Raw(body), search: true);
        Assert.Equal(("f-1", "acme", "data-5", EventTypes.Fault), (facts.MessageId, facts.Tenant, facts.Search!.DataId, LogEntry.ShortTypeOf(facts.Type)));
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"messageId":5,"messageType":7,"message":[]}""")]
    [InlineData("""{"messageId":"m","messageType":[null],"message":{"actor":7,"occurredAt":"never","regions":7}}""")]
    [InlineData("{\"a\":")]
    [InlineData("\ufeff{}")]
    public void Anything_else_is_malformed_and_never_an_exception(string body)
    {
        var facts = EventReader.Read(TestLog.Raw(body));
        Assert.NotNull(facts.Malformed);
    }

    [Fact]
    public void A_field_of_another_type_is_passed_over()
    {
        var facts = EventReader.Read(TestLog.Raw("""{"messageId":"m","messageType":["urn:message:A:B"],"message":{"tenantId":7,"actor":{"issuer":1},"occurredAt":5,"dataId":{},"replicaRegions":[1,"eu"],"regions":[1,{"code":"x"}]}}"""), search: true);
        Assert.Null(facts.Malformed);
        Assert.Equal((null, null, "A:B"), (facts.Tenant, facts.OccurredAt, facts.Type));
        Assert.Equal(["eu", "x"], facts.Search!.Regions);
    }

    [Fact]
    public void Names_of_event_types_are_unique_without_their_namespace()
    {
        var names = typeof(IEvent).Assembly.GetExportedTypes().Where(type => type.IsClass && type.IsAssignableTo(typeof(IEvent))).Select(type => type.Name).ToList();
        Assert.Equal(names.Distinct(), names);
        Assert.True(EventTypes.IsKnown("DataCreated") && EventTypes.IsKnown("malformed") && !EventTypes.IsKnown("Nonsense"));
    }
}
