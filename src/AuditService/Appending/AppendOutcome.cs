namespace Sovereignty.AuditService.Appending;

internal enum AppendResult
{
    /// <summary>It is an entry now.</summary>
    Stored,

    /// <summary>The same message was an entry already.</summary>
    Duplicate,

    /// <summary>It is an entry now, and so is an alarm: its message id had come with other bytes.</summary>
    Conflict,
}

internal readonly record struct AppendOutcome(AppendResult Result, long Index);
