using Npgsql;
using Sovereignty.TransparencyLog.Verification;

namespace Sovereignty.AuditService.Drill;

/// <summary>The names of what keeps the log, as told by what each says when it is touched.</summary>
internal static class Controls
{
    public const string Unreadable = "no verdict: the log cannot be read";

    // The first whose words are in the finding.
    private static readonly (string Words, string Control)[] OfFindings =
    [
        ("outside the database", "checkpoint outside"),
        ("with the log", "checkpoint in the database"),
        ("search table", "search table"),
        ("list of messages", "list of messages"),
        ("were hashed when it was logged", "leaf"),
        ("The tile", "tile"),
        ("its body", "commitment to the body"),
        (" number", "numbers of the source"),
        ("The log says it has", "head"),
        ("the root that the log says it has", "head"),
        ("There is no log", "head"),
        ("not there", "sequence of entries"),
        ("stands twice", "sequence of entries"),
        ("are not an entry", "form of the entry"),
    ];

    public static string Of(LogFinding finding) =>
        OfFindings.FirstOrDefault(known => finding.Message.Contains(known.Words, StringComparison.Ordinal)).Control ?? "verification";

    public static string Of(PostgresException refusal) => refusal switch
    {
        { Where: { } place } when place.Contains("audit_guard.", StringComparison.Ordinal) => "event trigger",
        { Where: { } place } when place.Contains("audit.refuse_", StringComparison.Ordinal) => "trigger",
        { SqlState: PostgresErrorCodes.InsufficientPrivilege } => "privilege",
        { SqlState: PostgresErrorCodes.UniqueViolation } => "unique key",
        { SqlState: PostgresErrorCodes.CheckViolation } => "check",
        _ => "database",
    };
}
