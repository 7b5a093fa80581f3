using Sovereignty.Contracts;

namespace Sovereignty.AccessService.Tests;

public sealed record Person(string Subject, string? Tenant, string? Country, params string[] Roles)
{
    public static Person Requester { get; } = new("requester", "acme", "US", "requester");

    public static Person ApproverDe { get; } = new("approver-de", "acme", "DE", "approver");

    public static Person ApproverDe2 { get; } = new("approver-de-2", "acme", "DE", "approver");

    public static Person DpoDe { get; } = new("dpo-de", "acme", "DE", "dpo");

    public static Person ApproverFr { get; } = new("approver-fr", "acme", "FR", "approver");

    public static Person LegalDe { get; } = new("legal-de", "acme", "DE", "legal");

    public static Person ComplianceOfficer { get; } = new("compliance-officer", "acme", "DE", "compliance-officer");

    public static Person PlatformService { get; } = new("platform-service", "acme", null, "service");

    public static Person PolicyAdmin { get; } = new("policy-admin", null, null, "policy-admin");

    public static Person Operator { get; } = new("operator", null, null, "operator");

    public static Person RequesterGlobex { get; } = new("requester-globex", "globex", "US", "requester");

    public static Person ApproverGlobex { get; } = new("approver-globex", "globex", "DE", "approver");

    public Actor Actor => new() { Issuer = RunningAccessService.Issuer, Subject = Subject, DisplayName = Subject, Roles = Roles, Country = Country };

    public Dictionary<string, object> Claims()
    {
        var claims = new Dictionary<string, object> { ["sub"] = Subject, ["name"] = Subject, ["roles"] = Roles };
        if (Tenant is not null)
        {
            claims["tenant"] = Tenant;
        }

        if (Country is not null)
        {
            claims["country"] = Country;
        }

        return claims;
    }
}
