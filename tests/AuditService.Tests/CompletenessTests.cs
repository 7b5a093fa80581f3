using System.Globalization;
using RabbitMQ.Client;
using Sovereignty.AuditService.Receiving;
using Sovereignty.Messaging;
using Sovereignty.Messaging.Outbox;
using Sovereignty.TransparencyLog.Verification;

namespace Sovereignty.AuditService.Tests;

[Collection(OnPostgres.Name)]
public sealed class CompletenessTests(PostgresServer server)
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task An_event_of_a_service_that_was_suppressed_is_named_by_its_number()
    {
        await using var log = await TestLog.Create(server);
        await Append(log, Enumerable.Range(1, 400).Where(number => number is not (300 or 310 or 311)));
        await log.CheckpointSigner().Sign(default);

        var report = await log.Verify();

        Assert.Equal(LogVerdict.Gap, report.Verdict);
        Assert.Equal(
            [new(LogVerdict.Gap, 299, "policy-service number 300 is not in the log."), new LogFinding(LogVerdict.Gap, 308, "policy-service numbers 310 to 311 are not in the log.")],
            report.Findings);

        await Append(log, [310, 300, 311]);
        Assert.Equal(LogVerdict.Valid, (await log.Verify()).Verdict);
    }

    [Fact]
    public async Task What_may_still_be_on_its_way_is_told_and_is_no_finding()
    {
        await using var log = await TestLog.Create(server);
        await Append(log, [1, 2, 4]);
        var report = await log.Verify();
        Assert.Equal((LogVerdict.Valid, 1L), (report.Verdict, report.InFlight));
    }

    [Fact]
    public async Task The_same_message_again_is_no_second_number_and_another_with_its_number_is_a_finding()
    {
        await using var log = await TestLog.Create(server);
        await Append(log, [1, 2, 3]);
        await Append(log, [2]);
        Assert.Equal(LogVerdict.Valid, (await log.Verify()).Verdict);

        log.Store().Append([log.Sealer.Prepare(Received(2) with { Body = Received(99).Body, MessageId = "m-99" })], default);
        var report = await log.Verify();
        Assert.Equal((LogVerdict.Invalid, 1L), (report.Verdict, report.FindingCount));
        Assert.Equal("Entry 3: policy-service number 2 was there before.", report.Findings[0].Message);
    }

    private static async Task Append(TestLog log, IEnumerable<int> numbers) =>
        log.Store().Append([.. numbers.Select(number => log.Sealer.Prepare(Received(number)))], default);

    // As the broker hands it over.
    private static ReceivedMessage Received(int number)
    {
        var properties = new BasicProperties
        {
            MessageId = $"m-{number}",
            ContentType = "application/vnd.masstransit+json",
            UserId = "policy-service",
            Headers = new Dictionary<string, object?> { [MessageHeaderNames.Number] = (long)number },
        };
        var body = string.Create(CultureInfo.InvariantCulture, $$$"""{"messageId":"m-{{{number}}}","messageType":["urn:message:Sovereignty.Contracts.Data:DataAdmitted"],"message":{"tenantId":"acme","dataId":"d-{{{number}}}"}}""");
        return AuditFilter.Read(properties, new BrokerIdentity("audit-service"), System.Text.Encoding.UTF8.GetBytes(body), Start.AddSeconds(10 * number));
    }
}
