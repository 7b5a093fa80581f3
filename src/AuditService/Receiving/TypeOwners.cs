namespace Sovereignty.AuditService.Receiving;

/// <summary>Who may say what. The broker vouches for the user; a type that stands in no line belongs to nobody.</summary>
internal static class TypeOwners
{
    public const string UserIdMissing = "user-id-missing";
    public const string TypeNotOwned = "type-not-owned";

    private static readonly string[] PlatformServices = ["region-service", "policy-service", "access-service", "audit-service"];

    // The first line whose beginning fits counts. No users: everyone whom the broker knows.
    private static readonly (string Beginning, string[] Users)[] Lines =
    [
        ("Sovereignty.Contracts.Regions:", ["region-service"]),
        ("Sovereignty.Contracts.Residency:", ["policy-service"]),
        ("Sovereignty.Contracts.Access:", ["access-service"]),
        ("Sovereignty.Contracts.Data:DataCreated", []),
        ("Sovereignty.Contracts.Data:DataAdmitted", ["policy-service"]),
        ("Sovereignty.Contracts.Data:DataRejected", ["policy-service"]),
        ("Sovereignty.Contracts.Data:DataClassified", ["policy-service"]),
        ("Sovereignty.Contracts.Data:DataReclassified", ["policy-service"]),
        ("Sovereignty.Contracts.Data:PlacementChanged", ["policy-service"]),
        ("Sovereignty.Contracts.Audit:MessageMalformed", ["policy-service"]),
        ("Sovereignty.Contracts.Audit:MessageIdConflict", ["audit-service"]),
        ("Sovereignty.Contracts.Audit:ReportIssued", ["audit-service"]),
        ("Sovereignty.Contracts.Audit:CheckpointRefused", ["audit-service"]),
        ("Sovereignty.Contracts.Audit:NumbersMissing", ["audit-service"]),
        ("Sovereignty.Contracts.Audit:NumbersRepeated", ["audit-service"]),
        ("Sovereignty.Contracts.Operations:", PlatformServices),
        ("MassTransit:Fault", PlatformServices),
        ("MassTransit:ReceiveFault", PlatformServices),
    ];

    public static bool IsPlatformService(string? user) => PlatformServices.Contains(user);

    /// <summary>Why the user cannot have said it; null where they can.</summary>
    public static string? Problem(string type, string? user)
    {
        if (string.IsNullOrEmpty(user))
        {
            return UserIdMissing;
        }

        foreach (var (beginning, users) in Lines)
        {
            if (Fits(type, beginning))
            {
                return users.Length == 0 || users.Contains(user) ? null : TypeNotOwned;
            }
        }

        return TypeNotOwned;
    }

    // A name fits whole, or up to the types of which a fault is made.
    private static bool Fits(string type, string beginning) =>
        type.StartsWith(beginning, StringComparison.Ordinal) && (beginning[^1] == ':' || type.Length == beginning.Length || type[beginning.Length] == '[');
}
