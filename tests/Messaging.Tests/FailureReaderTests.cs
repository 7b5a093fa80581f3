using System.Text;
using RabbitMQ.Client;
using Sovereignty.Messaging.ErrorQueues;
using Sovereignty.Messaging.Outbox;

namespace Sovereignty.Messaging.Tests;

public sealed class FailureReaderTests
{
    private static readonly BrokerIdentity Own = new("policy-service");

    [Fact]
    public void Only_the_own_user_may_name_another_in_the_header()
    {
        Assert.Equal("platform-service", Own.SourceOf(Properties("platform-service", "policy-service")));
        Assert.Equal("platform-service", Own.SourceOf(Properties("policy-service", "platform-service")));
        Assert.Equal("policy-service", Own.SourceOf(Properties("policy-service", null)));
        Assert.Null(Own.SourceOf(Properties("policy-service", "")));
        Assert.Null(Own.SourceOf(Properties(null, "policy-service")));
    }

    [Fact]
    public void A_message_goes_back_with_what_its_publisher_said_and_without_what_happened_since()
    {
        var properties = Properties("policy-service", "platform-service");
        foreach (var (name, value) in new (string, object)[]
        {
            ("MT-Fault-Message", "m"), ("MT-Reason", "fault"), ("MT-Host-MachineName", "h"), ("x-death", new List<object?>()), ("x-first-death-queue", "q"), ("x-delivery-count", 3L),
            (MessageHeaderNames.MovedAt, "t"), (MessageHeaderNames.Redrives, 4), ("traceparent", "00-1"), ("sov-number", 17L), ("x-of-the-publisher", "kept"),
        })
        {
            properties.Headers![name] = value;
        }

        var headers = FailureReader.HeadersBack(properties, Own);

        Assert.Equal(["sov-number", MessageHeaderNames.Redrives, MessageHeaderNames.SourceUser, "traceparent", "x-of-the-publisher"], headers.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(("5", "platform-service"), (headers[MessageHeaderNames.Redrives], headers[MessageHeaderNames.SourceUser]));
    }

    [Theory]
    [InlineData("""{"messageType":["urn:message:A:B","urn:message:C"],"message":{"tenantId":"acme"}}""", "A:B", "acme")]
    [InlineData("""{"tenantId":"acme"}""", null, "acme")]
    [InlineData("""{"messageType":[7],"message":{"tenantId":{}}}""", null, null)]
    [InlineData("""{"message":{"tenantId":"a\u001b[2Jb"}}""", null, "a [2Jb")]
    [InlineData("""{"message":{"tenantId":"\ud800"}}""", null, null)]
    [InlineData("[1]", null, null)]
    [InlineData("no json", null, null)]
    [InlineData("", null, null)]
    public void Type_and_tenant_are_what_the_body_says_or_unknown(string body, string? type, string? tenant)
    {
        var message = FailureReader.Read(new BasicProperties(), Encoding.UTF8.GetBytes(body), Own);

        Assert.Equal((type, tenant), (message.Type, message.TenantId));
    }

    [Theory]
    [InlineData("018f3c00-0000-7000-8000-000000000001", true)]
    [InlineData("m_1", true)]
    [InlineData("a/b", false)]
    [InlineData("a b", false)]
    [InlineData("..", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void A_message_without_an_id_fit_for_an_address_gets_a_name_of_its_own(string? id, bool isFit)
    {
        var properties = new BasicProperties();
        if (id is not null)
        {
            properties.MessageId = id;
        }

        var name = FailureReader.Read(properties, "body"u8.ToArray(), Own).Id;

        Assert.Equal(isFit, name == id);
        Assert.Matches("^[A-Za-z0-9_-]{1,128}$", name);
        Assert.Equal(name, FailureReader.Read(properties, "body"u8.ToArray(), Own).Id);
        Assert.Equal(isFit, name == FailureReader.Read(properties, "other"u8.ToArray(), Own).Id);
    }

    [Fact]
    public void The_reason_is_the_failures_the_brokers_or_the_ingresss()
    {
        Assert.Equal(("System.TimeoutException", "too long"), Failure(("MT-Reason", "fault"), ("MT-Fault-ExceptionType", "System.TimeoutException"u8.ToArray()), ("MT-Fault-Message", "too long")));
        Assert.Equal("skipped", Failure(("MT-Reason", "dead-letter")).Code);
        Assert.Equal("delivery-limit", Failure(("x-death", new List<object?> { new Dictionary<string, object?> { ["reason"] = "delivery_limit"u8.ToArray() } })).Code);
        Assert.Equal(("json-invalid", "The body is not valid JSON."), Failure(("sov-reason", "json-invalid"), ("sov-reason-text", "The body is not valid JSON.")));
        Assert.Equal(("unknown", "No reason was given."), Failure());
        Assert.Equal(1000, Failure(("MT-Fault-ExceptionType", "E"), ("MT-Fault-Message", new string('x', 5000))).Reason.Length);
    }

    private static (string Code, string Reason) Failure(params (string Name, object Value)[] headers)
    {
        var message = FailureReader.Read(new BasicProperties { Headers = headers.ToDictionary(header => header.Name, header => (object?)header.Value) }, default, Own);
        return (message.Code, message.Reason);
    }

    private static BasicProperties Properties(string? user, string? header)
    {
        var properties = new BasicProperties { Headers = new Dictionary<string, object?>() };
        if (user is not null)
        {
            properties.UserId = user;
        }

        if (header is not null)
        {
            properties.Headers[MessageHeaderNames.SourceUser] = Encoding.UTF8.GetBytes(header);
        }

        return properties;
    }
}
