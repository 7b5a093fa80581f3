namespace Sovereignty.AppHost;

/// <summary>
/// A user of the broker and what it may do there, as regular expressions over exchange and queue names.
/// This is the one place that says who may emit what. The broker also refuses a <c>user_id</c> that is not the
/// connection's own, so a consumer can trust it.
/// </summary>
internal sealed record BrokerUser(string Name, string Configure, string Write, string Read, string Tag = "")
{
    // MassTransit binds an event's exchange to its interfaces' exchanges: that takes read on the one and write on the other.
    private const string Event = @"Sovereignty\.Contracts:IEvent";
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
            emits: [@"Sovereignty\.Contracts\.(Data|Residency):[A-Za-z]+", @"sovereignty\.(data-created|decisions)", @"region\.snapshot-requests"],
            declares: [@"sovereignty\.(data-created|decisions)"],
            hears: [@"sovereignty\.(data-created|decisions)"]),
        Service("audit-service", "audit", emits: []),
        Service("access-service", "access",
            emits: [@"Sovereignty\.Contracts\.Access:[A-Za-z]+", @"policy\.access-validations"]),
        PlatformService(),
        new("operator", ".*", ".*", ".*", "administrator"),
    ];

    public static BrokerUser Find(string name) =>
        All.FirstOrDefault(user => user.Name == name)
        ?? throw new ArgumentException($"The broker has no user '{name}'. Known: {string.Join(", ", All.Select(user => user.Name))}.");

    /// <summary>A service owns the queues with its prefix, declares and hears all contracts, writes its own.</summary>
    private static BrokerUser Service(string name, string prefix, string[] emits, string[]? declares = null, string[]? hears = null)
    {
        var own = $@"{prefix}\..+";
        return new(name,
            Configure: AnyOf([own, Temporary, Contracts, Faults, .. declares ?? []]),
            Write: AnyOf([own, Temporary, Event, AuditEvents, OperatorEvents, Faults, .. emits]),
            Read: AnyOf([own, Temporary, Contracts, Faults, .. hears ?? []]));
    }

    /// <summary>A client of the platform: says what data it made, carries approvers' signed decisions, hears the answers in queues of its own.</summary>
    private static BrokerUser PlatformService()
    {
        const string Own = @"platform\..+";
        const string Data = @"Sovereignty\.Contracts\.Data:Data(Created|Admitted|Rejected)";
        const string Decisions = @"Sovereignty\.Contracts\.Access:(Approve|Reject)Access";
        return new("platform-service",
            Configure: AnyOf([Own, Temporary, Data, Decisions]),
            Write: AnyOf([Own, Temporary, @"Sovereignty\.Contracts\.Data:DataCreated", @"sovereignty\.data-created", Decisions]),
            Read: AnyOf([Own, Temporary, @"Sovereignty\.Contracts\.Data:Data(Admitted|Rejected)", @"sovereignty\.decisions"]));
    }

    private static string AnyOf(string[] patterns) => $"^({string.Join('|', patterns)})$";
}
