namespace Sovereignty.Gateway.Issuer;

internal sealed record Person(string Subject, string Name, string? Tenant, string Role, string? Country);

internal static class People
{
    private const string Acme = "acme";
    private const string Globex = "globex";

    internal static Person PlatformService { get; } = new("platform-service", "Platform Service", Acme, "service", null);

    internal static IReadOnlyList<Person> Seeded { get; } =
    [
        new("requester", "Requester", Acme, "requester", "US"),
        new("requester-de", "Requester DE", Acme, "requester", "DE"),
        new("approver-de", "Approver DE", Acme, "approver", "DE"),
        new("approver-de-2", "Second Approver DE", Acme, "approver", "DE"),
        new("dpo-de", "Data Protection Officer DE", Acme, "dpo", "DE"),
        new("approver-fr", "Approver FR", Acme, "approver", "FR"),
        new("compliance-officer", "Compliance Officer", Acme, "compliance-officer", "DE"),
        PlatformService,
        new("requester-globex", "Requester Globex", Globex, "requester", "US"),
        new("compliance-globex", "Compliance Officer Globex", Globex, "compliance-officer", "US"),
        new("policy-admin", "Policy Administrator", null, "policy-admin", null),
        new("region-admin", "Region Administrator", null, "region-admin", null),
        new("operator", "Operator", null, "operator", null),
    ];

    internal static Person? Find(string? subject) => Seeded.FirstOrDefault(person => person.Subject == subject);
}
