namespace Sovereignty.AuditService.Witnessing;

/// <summary>How long the log is ahead of its newest checkpoint with quorum. Each that gets its quorum starts the count anew: a log that grows all the time is always ahead.</summary>
internal sealed class QuorumLag
{
    private long _witnessed = -1;
    private DateTimeOffset? _since;

    /// <param name="newest">Size of the newest signed checkpoint.</param>
    /// <param name="witnessed">Size of the newest with quorum; null where none has.</param>
    /// <param name="now">When that was so.</param>
    public void See(long newest, long? witnessed, DateTimeOffset now)
    {
        var isAnew = witnessed > _witnessed;
        _witnessed = witnessed ?? -1;
        _since = newest <= _witnessed ? null
            : isAnew ? now
            : _since ?? now;
    }

    public TimeSpan At(DateTimeOffset now) => _since is { } since ? now - since : TimeSpan.Zero;
}
