using Sovereignty.ServiceDefaults.Identity;
using static Sovereignty.Gateway.Routing.Access;

namespace Sovereignty.Gateway.Routing;

/// <summary>
/// Every path that goes to a service, and who may take it. The roles here are the coarse check; each service checks
/// again, and binds what it answers to the caller's tenant.
/// </summary>
internal static class RouteTable
{
    private const string Regions = "region-service";
    private const string Policies = "policy-service";
    private const string Audit = "audit-service";
    private const string CrossBorder = "access-service";

    internal static IReadOnlyList<Route> Routes { get; } =
    [
        new(Regions, "GET", "/regions/{**rest}", SignedIn),
        new(Regions, "POST,PUT,DELETE", "/regions/{**rest}", Only(Roles.RegionAdmin)),

        new(Policies, "GET", "/residency/{**rest}", SignedIn),
        new(Policies, "POST", "/residency/evaluate", SignedIn),
        new(Policies, "POST", "/residency/simulations", Only(Roles.PolicyAdmin, Roles.Operator, Roles.ComplianceOfficer, Roles.Dpo)),
        new(Policies, "POST", "/residency/violations/{id}/accept", Only(Roles.ComplianceOfficer, Roles.Dpo)),
        new(Policies, "POST", "/residency/access-validations", Only(Roles.Requester, Roles.Approver, Roles.Dpo, Roles.Legal, Roles.ComplianceOfficer, Roles.PolicyAdmin)),
        new(Policies, "POST,PUT,DELETE", "/residency/{**rest}", Only(Roles.PolicyAdmin, Roles.ComplianceOfficer)),
        new(Policies, "PUT,DELETE", "/data/{id}/placement", Only(Roles.Service, Roles.ComplianceOfficer)),
        new(Policies, "GET,POST", "/data/{**rest}", SignedIn),

        new(CrossBorder, "POST", "/access/request", Only(Roles.Requester)),
        new(CrossBorder, "GET", "/access/requests/{**rest}", SignedIn),
        new(CrossBorder, "GET", "/access/inbox", Only(Roles.Approver, Roles.Dpo, Roles.Legal)),
        new(CrossBorder, "GET", "/access/grants/{**rest}", SignedIn),
        new(CrossBorder, "POST", "/access/approve", Only(Roles.Approver, Roles.Dpo, Roles.Legal)),
        new(CrossBorder, "POST", "/access/reject", Only(Roles.Approver, Roles.Dpo, Roles.Legal)),
        new(CrossBorder, "POST", "/access/revoke", Only(Roles.Approver, Roles.Dpo, Roles.Legal, Roles.PolicyAdmin, Roles.ComplianceOfficer)),
        new(CrossBorder, "POST", "/access/withdraw", Only(Roles.Requester)),
        new(CrossBorder, "POST", "/access/give-back", Only(Roles.Requester)),
        new(CrossBorder, "GET", "/access/commands/{id}", SignedIn),
        new(CrossBorder, "POST", "/access/check", Only(Roles.Service, Roles.Requester, Roles.ComplianceOfficer)),
        new(CrossBorder, "POST", "/access/use", Only(Roles.Service)),
        new(CrossBorder, "GET", "/access/enforcement/{**rest}", Only(Roles.Service)),
        new(CrossBorder, "POST", "/access/preview", Only(Roles.Requester)),
        new(CrossBorder, "POST", "/access/extend", Only(Roles.Requester)),
        new(CrossBorder, "GET", "/access/purposes", SignedIn),
        new(CrossBorder, "GET", "/access/rules/{**rest}", Only(Roles.PolicyAdmin, Roles.ComplianceOfficer, Roles.Approver, Roles.Dpo, Roles.Legal, Roles.Requester)),
        new(CrossBorder, "POST,PUT,DELETE", "/access/rules/{**rest}", Only(Roles.PolicyAdmin, Roles.ComplianceOfficer)),
        new(CrossBorder, "GET", "/access/people/{**rest}", SignedIn),
        new(CrossBorder, "PUT", "/access/people/{subject}", Only(Roles.ComplianceOfficer, Roles.PolicyAdmin)),
        new(CrossBorder, "GET,POST,PUT,DELETE", "/access/webhooks/{**rest}", SignedIn),

        new(Audit, "GET", "/access/audit/{**rest}", Only(Roles.ComplianceOfficer, Roles.Operator)),
        new(Audit, "POST", "/access/audit/reports", Only(Roles.ComplianceOfficer, Roles.Operator)),
        new(Audit, "GET", "/audit/log/checkpoint", Anyone),
        new(Audit, "GET", "/audit/log/key", Anyone),
        new(Audit, "GET", "/audit/log/policy", Anyone),
        new(Audit, "GET", "/audit/log/tile/{level:int}/{**tile}", Anyone),
        new(Audit, "GET", "/audit/log/tile/entries/{**tile}", Only(Roles.Operator)),
        new(Audit, "GET,POST", "/audit/{**rest}", Only(Roles.ComplianceOfficer, Roles.Operator)),

        ErrorQueues(Regions),
        ErrorQueues(Policies),
        ErrorQueues(CrossBorder),
        ErrorQueues(Audit),
    ];

    internal static IReadOnlyList<Document> Documents { get; } =
    [
        new(Regions, "region", "Regions"),
        new(Policies, "policy", "Residency and classification"),
        new(CrossBorder, "access", "Cross-border access"),
        new(Audit, "audit", "Audit"),
    ];

    internal static IReadOnlyList<string> Services { get; } = [Regions, Policies, CrossBorder, Audit];

    /// <summary>Every service has the same path for its error queues.</summary>
    private static Route ErrorQueues(string service) =>
        new(service, "GET,POST", $"/operations/{service}/messages/{{**rest}}", Only(Roles.Operator), To: "/operations/messages/{**rest}");
}
