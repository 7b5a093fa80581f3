namespace Sovereignty.AppHost;

/// <summary>
/// A user of the broker and what it may do there, as regular expressions over exchange and queue names.
/// This is the one place that says who may emit what. The broker also refuses a <c>user_id</c> that is not the
/// connection's own, so a consumer can trust it.
/// </summary>
internal sealed record BrokerUser(string Name, string Configure, string Write, string Read, string Tag = "")
{
    private const string Nothing = "^()$";
    private const string Contracts = @"Sovereignty\.Contracts(\.[A-Za-z.]+)?:[A-Za-z]+";
    private const string AuditEvents = @"Sovereignty\.Contracts\.Audit:[A-Za-z]+";
    private const string OperatorEvents = @"Sovereignty\.Contracts\.Operations:[A-Za-z]+";
    private const string Faults = @"MassTransit(\.[A-Za-z.]+)?:[^/]+";
    private const string Temporary = @"[A-Za-z0-9]+_[A-Za-z0-9]+_bus_[a-z0-9]+";

    public static IReadOnlyList<BrokerUser> All { get; } =
    [
        Service("region-service", "region",
            emits: [@"Sovereignty\.Contracts\.Regions:[A-Za-z]+"]),
        Service("policy-service", "policy",
            emits: [@"Sovereignty\.Contracts\.(Data|Residency):[A-Za-z]+", @"sovereignty\.decisions", @"region\.snapshot-requests", @"access\.reviewed"]),
        Service("audit-service", "audit", emits: []),
        Service("access-service", "access",
            emits: [@"Sovereignty\.Contracts\.Access:[A-Za-z]+", @"policy\.access-(validations|reviews)"]),
        PlatformService(),
        Topology(),
        new("operator", ".*", ".*", ".*", "administrator"),
    ];

    public static BrokerUser Find(string name) =>
        All.FirstOrDefault(user => user.Name == name)
        ?? throw new ArgumentException($"The broker has no user '{name}'. Known: {string.Join(", ", All.Select(user => user.Name))}.");

    /// <summary>A service hears the queues with its prefix and writes its own contracts. It declares, deletes and binds nothing.</summary>
    private static BrokerUser Service(string name, string prefix, string[] emits)
    {
        var own = $@"{prefix}\..+";
        return new(name, Configure: Nothing, Write: AnyOf([own, AuditEvents, OperatorEvents, Faults, .. emits]), Read: AnyOf([own]));
    }

    /// <summary>Declares what the services need, ahead of their start. To bind takes read on the one and write on the other.</summary>
    private static BrokerUser Topology()
    {
        var names = AnyOf([Contracts, Faults, @"sovereignty\.(data-created|decisions)", @"(region|policy|access|audit)\..+"]);
        return new("topology", names, names, names);
    }

    /// <summary>A client of the platform: says what data it made, carries approvers' signed decisions, hears the answers in queues of its own.</summary>
    private static BrokerUser PlatformService()
    {
        const string Own = @"platform\..+";
        const string Data = @"Sovereignty\.Contracts\.Data:Data(Created|Admitted|Rejected)";
        const string Violations = @"Sovereignty\.Contracts\.Residency:ResidencyViolation(Opened|Accepted|Resolved)";
        const string Decisions = @"Sovereignty\.Contracts\.Access:(Approve|Reject)Access";
        return new("platform-service",
            Configure: AnyOf([Own, Temporary, Data, Decisions]),
            Write: AnyOf([Own, Temporary, @"Sovereignty\.Contracts\.Data:DataCreated", @"sovereignty\.data-created", Decisions]),
            Read: AnyOf([Own, Temporary, @"Sovereignty\.Contracts\.Data:Data(Admitted|Rejected)", Violations, @"sovereignty\.decisions"]));
    }

    private static string AnyOf(string[] patterns) => $"^({string.Join('|', patterns)})$";
}
