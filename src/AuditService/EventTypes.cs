using Sovereignty.Contracts;
using Sovereignty.TransparencyLog;

namespace Sovereignty.AuditService;

/// <summary>Types of events as people name them: without the namespace.</summary>
internal static class EventTypes
{
    public const string Fault = "Fault";
    public const string ReceiveFault = "ReceiveFault";

    private const string FaultPrefix = "MassTransit:Fault";

    private static readonly HashSet<string> Known =
    [
        .. typeof(IEvent).Assembly.GetExportedTypes().Where(type => type.IsClass && type.IsAssignableTo(typeof(IEvent))).Select(type => type.Name),
        Fault,
        ReceiveFault,
        LogEntry.MalformedType,
    ];

    public static bool IsKnown(string type) => Known.Contains(type);

    public static bool IsFault(string type) => ShortName(type) is Fault or ReceiveFault;

    /// <summary><c>DataCreated</c> for <c>Sovereignty.Contracts.Data:DataCreated</c>; <c>Fault</c> for a fault of any type.</summary>
    public static string ShortName(string type) =>
        type.StartsWith(FaultPrefix, StringComparison.Ordinal) ? Fault : type[(type.LastIndexOf(':') + 1)..];
}
