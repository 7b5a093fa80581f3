using Sovereignty.Contracts;
using Sovereignty.TransparencyLog;

namespace Sovereignty.AuditService;

/// <summary>Types of events as people name them: without the namespace.</summary>
internal static class EventTypes
{
    public const string Fault = "Fault";
    public const string ReceiveFault = "ReceiveFault";

    /// <summary>What is found in the place of an entry that could not be read when it was put in the search table.</summary>
    public const string Damaged = "damaged";

    private static readonly HashSet<string> Known =
    [
        .. typeof(IEvent).Assembly.GetExportedTypes().Where(type => type.IsClass && type.IsAssignableTo(typeof(IEvent))).Select(type => type.Name),
        Fault,
        ReceiveFault,
        LogEntry.MalformedType,
        Damaged,
    ];

    public static bool IsKnown(string type) => Known.Contains(type);

    public static bool IsFault(string type) => LogEntry.ShortTypeOf(type) is Fault or ReceiveFault;
}
