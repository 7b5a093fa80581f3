namespace Sovereignty.AppHost.Tests;

public class BrokerUserTests
{
    private const string DataCreated = "Sovereignty.Contracts.Data:DataCreated";
    private const string DataAdmitted = "Sovereignty.Contracts.Data:DataAdmitted";
    private const string Event = "Sovereignty.Contracts:IEvent";
    private const string Fault = "MassTransit:Fault--Sovereignty.Contracts.Data:DataCreated--";

    [Theory]
    [InlineData("policy-service", "policy.data-created")]
    [InlineData("policy-service", "policy.data-created_error")]
    [InlineData("policy-service", "policy.data-created_skipped")]
    [InlineData("policy-service", "policy.data-created_dead")]
    [InlineData("policy-service", DataAdmitted)]
    [InlineData("policy-service", DataCreated)]
    [InlineData("policy-service", "Sovereignty.Contracts.Residency:PolicyPublished")]
    [InlineData("policy-service", "Sovereignty.Contracts.Audit:MessageMalformed")]
    [InlineData("policy-service", "sovereignty.decisions")]
    [InlineData("policy-service", "region.snapshot-requests")]
    [InlineData("policy-service", Fault)]
    [InlineData("region-service", "Sovereignty.Contracts.Regions:RegionRegistered")]
    [InlineData("region-service", "region.snapshot-requests_error")]
    [InlineData("audit-service", "audit.events")]
    [InlineData("audit-service", "Sovereignty.Contracts.Audit:MessageIdConflict")]
    [InlineData("audit-service", "Sovereignty.Contracts.Audit:ReportIssued")]
    [InlineData("region-service", "Sovereignty.Contracts.Operations:MessageRedriven")]
    [InlineData("access-service", "Sovereignty.Contracts.Operations:MessageDiscarded")]
    [InlineData("platform-service", DataCreated)]
    [InlineData("platform-service", "sovereignty.data-created")]
    [InlineData("platform-service", "platform.node-client")]
    public void May_write(string user, string name) => Assert.Matches(BrokerUser.Find(user).Write, name);

    [Theory]
    [InlineData("policy-service", Event)]
    [InlineData("region-service", Event)]
    [InlineData("policy-service", "host1_SovereigntyPolicyService_bus_abc123def")]
    [InlineData("platform-service", DataAdmitted)]
    [InlineData("platform-service", Event)]
    [InlineData("platform-service", "sovereignty.decisions")]
    [InlineData("platform-service", "policy.data-created")]
    [InlineData("platform-service", "audit.events")]
    [InlineData("platform-service", "amq.default")]
    [InlineData("platform-service", "Sovereignty.Contracts.Operations:MessageDiscarded")]
    [InlineData("platform-service", "Sovereignty.Contracts.Data:DataCreatedX")]
    [InlineData("region-service", DataAdmitted)]
    [InlineData("region-service", "policy.data-created")]
    [InlineData("region-service", "Sovereignty.Contracts.Residency:PolicyPublished")]
    [InlineData("policy-service", "Sovereignty.Contracts.Regions:RegionRegistered")]
    [InlineData("policy-service", "Sovereignty.Contracts.Access:AccessGranted")]
    [InlineData("policy-service", "audit.events")]
    [InlineData("policy-service", "xpolicy.data-created")]
    [InlineData("audit-service", DataAdmitted)]
    [InlineData("audit-service", "policy.data-created")]
    [InlineData("access-service", DataAdmitted)]
    public void May_not_write(string user, string name) => Assert.DoesNotMatch(BrokerUser.Find(user).Write, name);

    [Theory]
    [InlineData("policy-service", "policy.data-created")]
    [InlineData("policy-service", DataAdmitted)]
    [InlineData("policy-service", Fault)]
    [InlineData("region-service", "region.snapshot-requests")]
    [InlineData("access-service", "access.requests")]
    [InlineData("audit-service", "audit.events")]
    [InlineData("topology", "platform.answers")]
    [InlineData("platform-service", "sovereignty.data-created")]
    [InlineData("platform-service", "policy.data-created")]
    [InlineData("platform-service", Event)]
    public void May_not_configure(string user, string name) => Assert.DoesNotMatch(BrokerUser.Find(user).Configure, name);

    [Theory]
    [InlineData("audit-service", "audit.events")]
    [InlineData("policy-service", "policy.data-created_error")]
    [InlineData("topology", Event)]
    [InlineData("topology", Fault)]
    [InlineData("topology", "sovereignty.data-created")]
    [InlineData("platform-service", DataAdmitted)]
    [InlineData("platform-service", "sovereignty.decisions")]
    [InlineData("platform-service", "platform.answers")]
    public void May_read(string user, string name) => Assert.Matches(BrokerUser.Find(user).Read, name);

    [Theory]
    [InlineData("audit-service", "policy.data-created")]
    [InlineData("region-service", "audit.events")]
    [InlineData("audit-service", Event)]
    [InlineData("platform-service", DataCreated)]
    [InlineData("platform-service", "policy.data-created_error")]
    [InlineData("platform-service", "audit.events")]
    public void May_not_read(string user, string name) => Assert.DoesNotMatch(BrokerUser.Find(user).Read, name);

    [Fact]
    public void Only_the_operator_administers() =>
        Assert.Equal(["operator"], BrokerUser.All.Where(user => user.Tag.Length > 0).Select(user => user.Name));

    [Fact]
    public void Every_pattern_is_anchored_but_the_operators() =>
        Assert.All(BrokerUser.All.Where(user => user.Name != "operator"), user =>
            Assert.All([user.Configure, user.Write, user.Read], pattern =>
            {
                Assert.StartsWith("^(", pattern);
                Assert.EndsWith(")$", pattern);
                Assert.DoesNotMatch(pattern, "anything");
            }));

    [Theory]
    [InlineData("policy.data-created")]
    [InlineData("policy.data-created_error")]
    [InlineData("audit.events_dead")]
    [InlineData(DataCreated)]
    [InlineData(Event)]
    [InlineData(Fault)]
    [InlineData("sovereignty.decisions")]
    public void Topology_is_declared_by_a_user_of_its_own(string name) => Assert.Matches(BrokerUser.Find("topology").Configure, name);
}
