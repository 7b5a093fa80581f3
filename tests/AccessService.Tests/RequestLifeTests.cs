using System.Net.Http.Json;
using System.Text.Json;
using Sovereignty.Testing;

namespace Sovereignty.AccessService.Tests;

[Collection(nameof(RunningAccessService))]
public sealed class RequestLifeTests(RunningAccessService service)
{
    [Fact]
    public async Task A_request_is_approved_used_and_revoked()
    {
        var life = await Life.Submit(service);
        await life.Reaches("awaiting-approval");

        var approved = await life.Command(Person.ApproverDe, "approve");
        Assert.Equal("approved", approved.GetProperty("state").GetString());
        Assert.Equal("active", approved.GetProperty("grant").GetProperty("state").GetString());
        Assert.Equal((true, "granted"), await life.Check());
        Assert.Equal((true, "granted"), await life.Use());

        var revoked = await life.Command(Person.ComplianceOfficer, "revoke");
        Assert.Equal("revoked", revoked.GetProperty("state").GetString());
        Assert.Equal((false, "revoked"), await life.Use());

        await life.Hears("AccessRequested", "AccessValidationStarted", "AccessRouted", "AccessApproved", "AccessGranted", "AccessUsed", "AccessRevoked");
    }
}
