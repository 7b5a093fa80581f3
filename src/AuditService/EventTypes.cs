using Sovereignty.Contracts;
using Sovereignty.TransparencyLog;

namespace Sovereignty.AuditService;

/// <summary>Types of events as people name them: without the namespace.</summary>
internal static class EventTypes
{
    public const string Fault = "Fault";
    public const string ReceiveFault = "ReceiveFault";

    private static readonly HashSet<string> Known =
    [
        .. typeof(IEvent).Assembly.GetExportedTypes().Where(type => type.IsClass && type.IsAssignableTo(typeof(IEvent))).Select(type => type.Name),
        Fault,
        ReceiveFault,
        LogEntry.MalformedType,
    ];

    public static bool IsKnown(string type) => Known.Contains(type);

    public static bool IsFault(string type) => LogEntry.ShortTypeOf(type) is Fault or ReceiveFault;
}
