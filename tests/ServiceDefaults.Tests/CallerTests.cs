using System.Security.Claims;
using Sovereignty.ServiceDefaults.Identity;

namespace Sovereignty.ServiceDefaults.Tests;

public sealed class CallerTests
{
    [Theory]
    [InlineData("acme", "requester", "acme")]
    [InlineData("acme", "operator", "acme")]
    [InlineData(null, "operator", "*")]
    [InlineData(null, "policy-admin", "*")]
    [InlineData("*", "requester", "")]
    [InlineData("", "operator", "")]
    [InlineData("a b", "requester", "")]
    [InlineData(null, "requester", "")]
    [InlineData(null, null, "")]
    public void A_caller_sees_the_own_tenant_platform_staff_all_and_nobody_else_any(string? tenant, string? role, string scope)
    {
        var identity = new ClaimsIdentity("test", "sub", "roles");
        if (tenant is not null)
        {
            identity.AddClaim(new("tenant", tenant));
        }

        if (role is not null)
        {
            identity.AddClaim(new("roles", role));
        }

        Assert.Equal(scope, new ClaimsPrincipal(identity).TenantScope());
    }
}
