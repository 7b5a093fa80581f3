namespace Sovereignty.PolicyService.Violations;

/// <summary>Looks for a new epoch every second, and has what is stored judged by it.</summary>
internal sealed partial class WatchDrift(DriftEvaluator drift, TimeProvider time, ILogger<WatchDrift> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await drift.Run(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(exception.GetType().Name, exception.Message);
            }

            await Task.Delay(Interval, time, stoppingToken);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "What is stored could not be judged by the newest epoch, and will be in a moment: {Error}, {Reason}")]
    private partial void LogFailed(string error, string reason);
}
