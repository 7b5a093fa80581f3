using Sovereignty.AuditService.Diagnostics;
using Sovereignty.Contracts.Audit;
using Sovereignty.Messaging;
using Sovereignty.TransparencyLog;
using Sovereignty.TransparencyLog.Verification;

namespace Sovereignty.AuditService.Numbering;

/// <summary>
/// Follows the log and tells when a number of one of the services stays away from it, or comes a second time. Every instance may
/// try; one at a time does it. What it knows and what it told of is committed together with the alarm.
/// </summary>
internal sealed partial class NumberFollower(
    IServiceScopeFactory scopes, AuditDatabase database, Func<bool> hearsTheBroker, Func<TimeSpan> debt, TimeSpan grace, AuditMetrics metrics, TimeProvider time, ILogger<NumberFollower> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private DateTimeOffset _hearsSince = time.GetUtcNow();
    private volatile Mark? _mark;

    public int ChunkSize { get; init; } = 10_000;

    /// <summary>How many numbers of each source an alarm told of and are still missing, as far as this instance knows.</summary>
    public IReadOnlyDictionary<string, long> Missing { get; private set; } = new SortedDictionary<string, long>();

    /// <summary>How long there are entries to follow, as far as this instance knows, and nobody does.</summary>
    public TimeSpan StandsStillFor => _mark is { } mark ? time.GetElapsedTime(mark.At) : TimeSpan.Zero;

    /// <summary>Takes the next entries, and tells what there is to tell once there are no more.</summary>
    /// <returns>Whether there are more.</returns>
    public async Task<bool> FollowNext(CancellationToken ct)
    {
        if (!hearsTheBroker())
        {
            _hearsSince = time.GetUtcNow();
        }

        await using var scope = scopes.CreateAsyncScope();
        await using var unit = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
        await unit.BeginForConsumer(ct);
        var locked = await NumbersStanding.Read(unit.Connection, forUpdate: true, ct);
        if ((locked ?? await NumbersStanding.Read(unit.Connection, forUpdate: false, ct)) is not { } standing)
        {
            return false;
        }

        Observe(standing, standing.Position);
        if (locked is null)
        {
            return false;
        }

        var to = Math.Max(standing.Position, Math.Min(standing.Size, standing.Position + ChunkSize));
        var repeated = await Take(standing, to, ct);
        var missing = to == standing.Size ? Tell(standing) : [];
        if (to == standing.Position && missing.Count == 0)
        {
            return false;
        }

        repeated.ForEach(alarm => unit.Publish(alarm));
        missing.ForEach(alarm => unit.Publish(alarm));
        standing.Save(unit, to);

        // What a crash loses of this is done again, alarms with it.
        unit.Defer(new("SET LOCAL synchronous_commit = off"));
        await unit.Commit(ct);
        repeated.ForEach(alarm => LogRepeated(alarm.Source, alarm.Number, alarm.ShownBy));
        missing.ForEach(alarm => LogMissing(alarm.Source, alarm.First, alarm.Last, alarm.Count, alarm.ShownBy));
        Observe(standing, to);
        return to < standing.Size;
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        metrics.ObserveNumbers(() => Missing);
        return LogFollowing.Run(FollowNext, Interval, time, LogWaits, stoppingToken);
    }

    // An entry that is not there or cannot be read has not been seen: its number is missing.
    private async Task<List<NumbersRepeated>> Take(NumbersStanding standing, long to, CancellationToken ct)
    {
        var alarms = new List<NumbersRepeated>();
        if (to == standing.Position)
        {
            return alarms;
        }

        var now = time.GetUtcNow();
        await using var command = database.Read.CreateCommand("SELECT index, entry FROM audit.entries WHERE index >= $1 AND index < $2 ORDER BY index");
        command.Parameters.Add(new() { Value = standing.Position });
        command.Parameters.Add(new() { Value = to });
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            if (LogEntry.Read(reader.GetFieldValue<byte[]>(1)) is { } entry && SourceNumbers.IsNumbered(entry.Source, entry.Number)
                && standing[entry.Source].Take(reader.GetInt64(0), entry.Number.Value, entry.ReceivedAt, grace, now) is { } alarm)
            {
                alarms.Add(alarm);
            }
        }

        return alarms;
    }

    // What waits here or at the broker may be what is missing: it has the grace to come, from when it can.
    private List<NumbersMissing> Tell(NumbersStanding standing)
    {
        var now = time.GetUtcNow();
        var before = now - debt() - grace;
        return before <= _hearsSince ? [] : [.. standing.Sources.Values.Select(source => source.Tell(before, now)).OfType<NumbersMissing>()];
    }

    private void Observe(NumbersStanding standing, long position)
    {
        _mark = position >= standing.Size ? null
            : _mark is { } mark && mark.Position == position ? mark
            : new(position, time.GetTimestamp());
        var missing = new SortedDictionary<string, long>(standing.Sources.ToDictionary(source => source.Key, source => source.Value.StillMissing), StringComparer.Ordinal);
        foreach (var (source, count) in Missing)
        {
            if (missing.GetValueOrDefault(source) < count)
            {
                LogArrived(source, count - missing.GetValueOrDefault(source), missing.GetValueOrDefault(source));
            }
        }

        Missing = missing;
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "{Source} numbers {First} to {Last} are not in the log: {Count} are missing, as entry {Index} shows")]
    private partial void LogMissing(string source, long first, long last, long count, long index);

    [LoggerMessage(Level = LogLevel.Critical, Message = "{Source} gave the number {Number} a second time, in entry {Index}")]
    private partial void LogRepeated(string source, long number, long index);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} numbers of {Source} that were missing are in the log; {Missing} still are not")]
    private partial void LogArrived(string source, long count, long missing);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Numbers are not followed after attempt {Attempt}: {Reason}")]
    private partial void LogWaits(int attempt, string reason);

    private sealed record Mark(long Position, long At);
}
