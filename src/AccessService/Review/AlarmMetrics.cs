using System.Diagnostics.Metrics;
using Npgsql;
using Sovereignty.Messaging;

namespace Sovereignty.AccessService.Review;

/// <summary>The meter <c>Sovereignty.AccessService</c>: how many requests wait in an alarm, of all tenants, and for how long what is due to be reviewed has been, as counted a moment ago.</summary>
internal sealed partial class AlarmMetrics : BackgroundService
{
    public const string Meter = "Sovereignty.AccessService";
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private readonly IServiceScopeFactory _scopes;
    private readonly TimeProvider _time;
    private readonly ILogger<AlarmMetrics> _logger;
    private long _stalled;
    private long _escalated;
    private long _lag;

    public AlarmMetrics(IServiceScopeFactory scopes, IMeterFactory meters, TimeProvider time, ILogger<AlarmMetrics> logger)
    {
        (_scopes, _time, _logger) = (scopes, time, logger);
        var meter = meters.Create(Meter);
        meter.CreateObservableGauge("access_requests_stalled", () => Interlocked.Read(ref _stalled), "{request}", "Requests that wait although too few people are left who could decide");
        meter.CreateObservableGauge("access_requests_escalated", () => Interlocked.Read(ref _escalated), "{request}", "Requests that have waited for too long");
        meter.CreateObservableGauge("access_review_lag_seconds", () => Interlocked.Read(ref _lag), "s", "Age of the oldest review that is due and not over");
    }

    /// <summary>Counts anew.</summary>
    internal async Task Count(CancellationToken cancellationToken)
    {
        await using var scope = _scopes.CreateAsyncScope();
        var unit = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
        await unit.BeginForConsumer(cancellationToken);
        await using var command = new NpgsqlCommand(
            """
            SELECT count(*) FILTER (WHERE alarm & 1 <> 0), count(*) FILTER (WHERE alarm & 2 <> 0), (
                SELECT coalesce(extract(epoch FROM $1 - min(since)), 0)::bigint FROM (
                    SELECT begun_at AS since FROM access.walk UNION ALL SELECT begins_at FROM access.standing_review) AS review
                WHERE since <= $1)
            FROM access.request WHERE alarm IS NOT NULL
            """,
            unit.Connection)
        {
            Parameters = { new() { Value = _time.Now() } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        Interlocked.Exchange(ref _stalled, reader.GetInt64(0));
        Interlocked.Exchange(ref _escalated, reader.GetInt64(1));
        Interlocked.Exchange(ref _lag, reader.GetInt64(2));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, _time);
        try
        {
            do
            {
                try
                {
                    await Count(stoppingToken);
                }
                catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
                {
                    LogFailed(exception.GetType().Name);
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Requests in an alarm could not be counted: {Error}")]
    private partial void LogFailed(string error);
}
