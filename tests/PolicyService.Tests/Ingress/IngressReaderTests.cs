using System.Text;
using Sovereignty.Messaging;
using Sovereignty.Evaluation;
using Sovereignty.PolicyService.Ingress;
using Sovereignty.Evaluation.Tests;

namespace Sovereignty.PolicyService.Tests.Ingress;

public sealed class IngressReaderTests
{
    private const string Data = """{"tenantId":"acme","dataId":"d-1","dataType":"payment","classification":"transactional","originCountry":"IN","primaryRegion":"ap-south-1","replicaRegions":["ap-south-2"],"backupRegions":[],"minimumEpoch":3}""";
    private const string Event = $$"""{"specversion":"1.0","type":"com.example.data-created","source":"/shop","id":"e-1","time":"2026-11-23T05:00:00Z","datacontenttype":"application/json","extension":"x","data":{{Data}}}""";
    private const string CloudEvents = "application/cloudevents+json";

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("Application/JSON")]
    public void Plain_JSON_is_read_whole(string contentType)
    {
        var (message, malformed) = Read(Data, contentType);

        Assert.Null(malformed);
        Assert.Equal(("acme", "d-1", "payment", "transactional", "IN", "ap-south-1"), (message!.TenantId, message.DataId, message.DataType, message.Classification, message.OriginCountry, message.PrimaryRegion));
        Assert.Equal(["ap-south-2"], message.ReplicaRegions);
        Assert.Empty(message.BackupRegions);
        Assert.Equal(3, message.MinimumEpoch);
        Assert.Equal(("broker", "shop"), (message.Actor.Issuer, message.Actor.Subject));
        Assert.Equal(World.Now, message.OccurredAt);
    }

    [Fact]
    public void A_CloudEvent_is_read_whole_with_its_time()
    {
        var (message, malformed) = Read(Event, CloudEvents);

        Assert.Null(malformed);
        Assert.Equal(("acme", "d-1"), (message!.TenantId, message.DataId));
        Assert.Equal(new DateTimeOffset(2026, 11, 23, 5, 0, 0, TimeSpan.Zero), message.OccurredAt);
    }

    [Fact]
    public void What_may_be_left_out_may_be_left_out()
    {
        Assert.Null(Read("""{"tenantId":"acme","dataId":"d-1","dataType":"payment","classification":null,"primaryRegion":"x","replicaRegions":null}""").Malformed);
        Assert.Null(Read($$"""{"specversion":"1.0","type":"DataCreated","source":"s","id":"1","data":{{Data}}}""", CloudEvents).Malformed);
    }

    public static TheoryData<string, string, string, string> Faults => new()
    {
        { "a repeated name", Data.Replace("\"dataId\":\"d-1\"", "\"dataId\":\"d-1\",\"dataId\":\"d-2\"", StringComparison.Ordinal), "json-invalid", "" },
        { "a comment", "/* hello */" + Data, "json-invalid", "" },
        { "NaN", Data.Replace("\"minimumEpoch\":3", "\"minimumEpoch\":NaN", StringComparison.Ordinal), "json-invalid", "" },
        { "two documents", Data + Data, "json-invalid", "" },
        { "half a document", Data[..^1], "json-invalid", "" },
        { "nothing", "", "json-invalid", "" },
        { "depth", string.Concat(Enumerable.Repeat("[", 100)) + string.Concat(Enumerable.Repeat("]", 100)), "json-invalid", "" },
        { "a list", "[]", "field-invalid", "body" },
        { "a text", "\"x\"", "field-invalid", "body" },
        { "a number for a text", Data.Replace("\"payment\"", "7", StringComparison.Ordinal), "field-invalid", "dataType" },
        { "a text for a list", Data.Replace("[\"ap-south-2\"]", "\"ap-south-2\"", StringComparison.Ordinal), "field-invalid", "replicaRegions" },
        { "null in a list", Data.Replace("[\"ap-south-2\"]", "[null]", StringComparison.Ordinal), "field-invalid", "replicaRegions" },
        { "a text for a number", Data.Replace("\"minimumEpoch\":3", "\"minimumEpoch\":\"3\"", StringComparison.Ordinal), "field-invalid", "minimumEpoch" },
        { "a fraction", Data.Replace("\"minimumEpoch\":3", "\"minimumEpoch\":3.5", StringComparison.Ordinal), "field-invalid", "minimumEpoch" },
        { "a number too large", Data.Replace("\"minimumEpoch\":3", "\"minimumEpoch\":1e300", StringComparison.Ordinal), "field-invalid", "minimumEpoch" },
        { "a misspelt name", Data.Replace("backupRegions", "backupRegion", StringComparison.Ordinal), "field-invalid", "not known" },
        { "a missing type", Data.Replace("\"dataType\":\"payment\",", "", StringComparison.Ordinal), "field-invalid", "dataType" },
        { "half a surrogate pair", Data.Replace("payment", "\\ud83d", StringComparison.Ordinal), "field-invalid", "dataType" },
        { "no country", Data.Replace("\"IN\"", "\"India\"", StringComparison.Ordinal), "field-invalid", "originCountry" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_fault_is_named(string fault, string body, string code, string names)
    {
        var (message, malformed) = Read(body);

        Assert.True(message is null, fault);
        Assert.Equal(code, malformed!.Code);
        Assert.Contains(names, malformed.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("India", malformed.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"specversion\":\"1.0\"", "\"specversion\":\"0.3\"", "specversion")]
    [InlineData("\"specversion\":\"1.0\"", "\"specversion\":1.0", "specversion")]
    [InlineData("\"source\":\"/shop\",", "", "source")]
    [InlineData("\"id\":\"e-1\"", "\"id\":\"\"", "id")]
    [InlineData("\"com.example.data-created\"", "\"com.example.order-placed\"", "type")]
    [InlineData("\"2026-11-23T05:00:00Z\"", "\"yesterday\"", "time")]
    [InlineData("\"datacontenttype\":\"application/json\"", "\"datacontenttype\":\"text/xml\"", "datacontenttype")]
    [InlineData("\"extension\":\"x\"", "\"data_base64\":\"eA==\"", "data_base64")]
    [InlineData("\"backupRegions\":[]", "\"backupRegions\":{}", "data.backupRegions")]
    public void A_fault_of_a_CloudEvent_is_named_with_whom_to_answer(string part, string replacement, string field)
    {
        var body = Event.Replace(part, replacement, StringComparison.Ordinal);
        Assert.NotEqual(Event, body);

        var (_, malformed) = Read(body, CloudEvents);

        Assert.Equal("field-invalid", malformed!.Code);
        Assert.StartsWith(field + " ", malformed.Reason, StringComparison.Ordinal);
        Assert.Equal(("acme", "d-1"), (malformed.TenantId, malformed.DataId));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("text/plain")]
    [InlineData("application/vnd.masstransit+json")]
    [InlineData("nonsense")]
    public void Another_content_type_is_refused_with_whom_to_answer(string? contentType)
    {
        var malformed = Read(Data, contentType).Malformed!;

        Assert.Equal("content-type-unsupported", malformed.Code);
        Assert.Equal(("acme", "d-1"), (malformed.TenantId, malformed.DataId));
        Assert.Null(Read("{ nonsense", contentType).Malformed!.TenantId);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    public void A_message_id_is_required(string? messageId) => Assert.Equal("message-id-missing", Read(Data, messageId: messageId).Malformed!.Code);

    [Fact]
    public void A_body_over_the_limit_is_refused_unread()
    {
        var atLimit = Data.PadRight(IngressReader.MaxBodyBytes);

        Assert.Null(Read(atLimit).Malformed);
        Assert.Equal("body-too-large", Read(atLimit + " ").Malformed!.Code);
    }

    [Fact]
    public void Bytes_that_are_not_UTF_8_are_not_JSON()
    {
        byte[] body = [.. Encoding.UTF8.GetBytes(Data[..^2]), 0xC3, 0x28, .. Encoding.UTF8.GetBytes(Data[^2..])];

        Assert.Equal("json-invalid", IngressReader.Read(Raw(body), World.Now).Malformed!.Code);
    }

    [Theory]
    [InlineData("*")]
    [InlineData("#")]
    [InlineData("a b")]
    public void A_tenant_that_means_everything_is_refused_and_not_answered(string tenant)
    {
        var malformed = Read(Data.Replace("acme", tenant, StringComparison.Ordinal)).Malformed!;

        Assert.StartsWith("tenantId", malformed.Reason, StringComparison.Ordinal);
        Assert.Null(malformed.TenantId);
    }

    [Fact]
    public void The_id_inside_follows_publisher_message_id_and_body()
    {
        var raw = Raw(Encoding.UTF8.GetBytes(Data));
        var id = IngressMessageId.Of(raw);

        Assert.Equal(id, IngressMessageId.Of(raw with { Headers = new Dictionary<string, string> { ["x"] = "y" } }));
        Assert.NotEqual(id, IngressMessageId.Of(raw with { UserId = "other" }));
        Assert.NotEqual(id, IngressMessageId.Of(raw with { MessageId = "m-2" }));
        Assert.NotEqual(id, IngressMessageId.Of(raw with { Body = new byte[] { 1 } }));
        Assert.NotEqual(IngressMessageId.Of(raw with { UserId = "shopm", MessageId = "-1" }), IngressMessageId.Of(raw with { UserId = "shop", MessageId = "m-1" }));
        Assert.NotEqual(IngressMessageId.Of(raw with { MessageId = null }), IngressMessageId.Of(raw with { MessageId = null }));
        Assert.Equal(8, id.Version);
    }

    private static (Contracts.Data.DataCreated? Message, Malformed? Malformed) Read(string body, string? contentType = "application/json", string? messageId = "m-1") =>
        IngressReader.Read(Raw(Encoding.UTF8.GetBytes(body)) with { ContentType = contentType, MessageId = messageId }, World.Now);

    private static RawMessage Raw(byte[] body) =>
        new() { Body = body, MessageId = "m-1", ContentType = "application/json", UserId = "shop", Headers = new Dictionary<string, string>() };
}
