namespace Sovereignty.AuditService.Numbering;

/// <summary>Numbers of a source that come a second time, one after the other.</summary>
/// <param name="Last">The highest that came again so far.</param>
/// <param name="UpTo">The highest there was when they began: up to it, more will come.</param>
/// <param name="LastAt">When the log received the last of them.</param>
internal sealed record RepeatedStretch(long Last, long UpTo, DateTimeOffset LastAt)
{
    /// <summary>Whether a number that comes again belongs to it: a source that was set back repeats upwards, though it may be slow, and out of order in the small.</summary>
    public bool IsContinuedBy(long number, DateTimeOffset receivedAt, TimeSpan grace) =>
        receivedAt - LastAt <= grace || (number > Last && number <= UpTo);
}
