using System.Text;
using Sovereignty.AuditService.Appending;
using Sovereignty.AuditService.Receiving;
using Sovereignty.Contracts;
using Sovereignty.TransparencyLog;
using Sovereignty.TransparencyLog.Verification;

namespace Sovereignty.AuditService.Tests;

[Collection(OnPostgres.Name)]
public sealed class ForgeryTests(PostgresServer server)
{
    [Theory]
    [InlineData("Sovereignty.Contracts.Regions:RegionUpdated", "region-service", null)]
    [InlineData("Sovereignty.Contracts.Regions:RegionUpdated", "policy-service", TypeOwners.TypeNotOwned)]
    [InlineData("Sovereignty.Contracts.Residency:PolicyPublished", "policy-service", null)]
    [InlineData("Sovereignty.Contracts.Residency:PolicyPublished", "operator", TypeOwners.TypeNotOwned)]
    [InlineData("Sovereignty.Contracts.Access:AccessGranted", "access-service", null)]
    [InlineData("Sovereignty.Contracts.Access:AccessGranted", "region-service", TypeOwners.TypeNotOwned)]
    [InlineData("Sovereignty.Contracts.Data:DataCreated", "platform-service", null)]
    [InlineData("Sovereignty.Contracts.Data:DataCreated", "", TypeOwners.UserIdMissing)]
    [InlineData("Sovereignty.Contracts.Data:DataCreated", null, TypeOwners.UserIdMissing)]
    [InlineData("Sovereignty.Contracts.Data:DataCreatedToo", "platform-service", TypeOwners.TypeNotOwned)]
    [InlineData("Sovereignty.Contracts.Data:DataAdmitted", "policy-service", null)]
    [InlineData("Sovereignty.Contracts.Data:DataAdmitted", "platform-service", TypeOwners.TypeNotOwned)]
    [InlineData("Sovereignty.Contracts.Data:DataRejected", "platform-service", TypeOwners.TypeNotOwned)]
    [InlineData("Sovereignty.Contracts.Data:DataClassified", "platform-service", TypeOwners.TypeNotOwned)]
    [InlineData("Sovereignty.Contracts.Audit:MessageMalformed", "policy-service", null)]
    [InlineData("Sovereignty.Contracts.Audit:MessageIdConflict", "policy-service", TypeOwners.TypeNotOwned)]
    [InlineData("Sovereignty.Contracts.Audit:ReportIssued", "access-service", TypeOwners.TypeNotOwned)]
    [InlineData("Sovereignty.Contracts.Audit:ReportIssued", "audit-service", null)]
    [InlineData("MassTransit:Fault[[Sovereignty.Contracts.Data:DataCreated]]", "policy-service", null)]
    [InlineData("MassTransit:Fault", "access-service", null)]
    [InlineData("MassTransit:Fault", "platform-service", TypeOwners.TypeNotOwned)]
    [InlineData("MassTransit:ReceiveFault", "region-service", null)]
    [InlineData("MassTransit:ReceiveFault", null, TypeOwners.UserIdMissing)]
    [InlineData("Sovereignty.Contracts:IEvent", "policy-service", TypeOwners.TypeNotOwned)]
    public void A_type_is_for_its_owner_to_say(string type, string? user, string? problem) => Assert.Equal(problem, TypeOwners.Problem(type, user));

    [Fact]
    public void Every_event_of_the_contracts_has_an_owner()
    {
        var events = typeof(IEvent).Assembly.GetExportedTypes().Where(type => type.IsClass && type.IsAssignableTo(typeof(IEvent)));
        Assert.All(events, type => Assert.Contains(
            new[] { "region-service", "policy-service", "access-service", "audit-service" }, user => TypeOwners.Problem($"{type.Namespace}:{type.Name}", user) is null));
    }

    [Fact]
    public async Task A_forged_event_is_a_malformed_entry_and_the_genuine_one_is_logged_all_the_same()
    {
        await using var log = await TestLog.Create(server);
        await using var appender = log.Appender();
        var genuine = TestLog.Raw("""{"messageId":"m-1","messageType":["urn:message:Sovereignty.Contracts.Data:DataAdmitted"],"message":{"tenantId":"acme","dataId":"d-1"}}""", "m-1") with { Source = "policy-service" };

        var forged = await appender.Append(genuine with { Source = "platform-service" }, default);
        var anonymous = await appender.Append(TestLog.Message(1) with { Source = null }, default);
        var outcome = await appender.Append(genuine, default);

        Assert.Equal(AppendResult.Stored, outcome.Result);
        await Expect(log, forged.Index, "malformed", TypeOwners.TypeNotOwned, Encoding.UTF8.GetString(genuine.Body.Span));
        await Expect(log, anonymous.Index, "malformed", TypeOwners.UserIdMissing, Encoding.UTF8.GetString(TestLog.Message(1).Body.Span));
        await Expect(log, outcome.Index, "DataAdmitted", null, Encoding.UTF8.GetString(genuine.Body.Span));
        Assert.Equal(LogVerdict.Valid, (await log.Verify()).Verdict);
    }

    private static async Task Expect(TestLog log, long index, string type, string? reason, string body)
    {
        var entry = LogEntry.Read(await log.Scalar<byte[]>($"SELECT entry FROM audit.entries WHERE index = {index}"))!;
        await log.Index();
        Assert.Equal((reason, type), (entry.Malformed, entry.ShortType));
        Assert.Equal(type, await log.Scalar<string>($"SELECT type FROM audit.search WHERE index = {index}"));
        Assert.Equal(reason is null ? 1 : 0, await log.Scalar<long>($"SELECT count(*) FROM audit.search WHERE index = {index} AND tenant = 'acme'"));
        using var cipher = SealedBody.Cipher(log.Keys.Find(entry.KeyId)!);
        Assert.Equal(body, Encoding.UTF8.GetString(SealedBody.Open(cipher, await log.Scalar<byte[]>($"SELECT sealed FROM audit.entries WHERE index = {index}"), entry.Commitment)!));
    }
}
