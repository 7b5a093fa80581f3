using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Sovereignty.AppHost.Native;

/// <summary>Keeps one resource running: prepares, starts, watches its health, starts it again when it ends or hangs.</summary>
internal sealed class Part(ProcessResource resource, bool runsToCompletion, Launcher launcher, TimeProvider time)
{
    private static readonly TimeSpan CompletionLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan HealthInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ReadinessLimit = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan StartInterval = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan HungLimit = TimeSpan.FromSeconds(10);
    private const int MissedAnswers = 3;
    private readonly TaskCompletionSource _up = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public event Action? Changed;

    public ProcessResource Resource => resource;

    public string Health { get; private set; } = "waiting";

    public LiveProcess? Process { get; private set; }

    /// <summary>Ends when the part was healthy, or completed, for the first time; fails when it never will be.</summary>
    public Task Up => _up.Task;

    public async Task Run(IReadOnlyDictionary<ProcessResource, Part> parts, CancellationToken stop)
    {
        try
        {
            foreach (var (dependency, _) in resource.Waits)
            {
                await parts[dependency].Up.WaitAsync(stop);
            }

            await KeepRunning(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            _up.TrySetCanceled(stop);
        }
        catch (Exception e)
        {
            Set("failed");
            _up.TrySetException(new InvalidOperationException($"{resource.Name}: {e.Message}", e));
        }
    }

    public async Task Stop(TimeSpan limit)
    {
        if (Process is not null)
        {
            await EndProcess(limit);
            Set("stopped");
        }
    }

    private async Task KeepRunning(CancellationToken stop)
    {
        var failures = 0;
        while (true)
        {
            var begin = time.GetTimestamp();
            var exitCode = await TryRunOnce(stop);
            if (runsToCompletion && exitCode == 0)
            {
                Set("completed");
                _up.TrySetResult();
                return;
            }

            failures = time.GetElapsedTime(begin) > TimeSpan.FromSeconds(30) ? 1 : failures + 1;
            if (failures >= Backoff.StartAttempts && !_up.Task.IsCompleted)
            {
                throw new InvalidOperationException($"ended {failures} times with exit code {exitCode} before it was up");
            }

            Set("restarting");
            await Task.Delay(Backoff.Delay(failures), time, stop);
        }
    }

    /// <summary>What cannot be started the first time ends the start; what was up before is tried again whatever happens.</summary>
    private async Task<int?> TryRunOnce(CancellationToken stop)
    {
        try
        {
            return await RunOnce(stop);
        }
        catch (Exception e) when (_up.Task.IsCompletedSuccessfully && !stop.IsCancellationRequested)
        {
            await EndProcess(HungLimit);
            Console.Error.WriteLine($"{resource.Name}: {e.Message}");
            return null;
        }
    }

    private async Task EndProcess(TimeSpan limit)
    {
        if (Process is not { } process)
        {
            return;
        }

        process.Signal(resource.StopSignal == PosixSignal.SIGINT ? "INT" : "TERM");
        if (!await process.HasEnded(limit, time))
        {
            process.Signal("KILL");
            await process.HasEnded(TimeSpan.FromSeconds(5), time);
        }

        Process = null;
    }

    private async Task<int> RunOnce(CancellationToken stop)
    {
        Set("starting");
        foreach (var prepare in resource.Preparations)
        {
            await prepare(stop);
        }

        stop.ThrowIfCancellationRequested();
        using var process = await launcher.Start(resource);
        Process = LiveProcess.Find(process.Id);
        Changed?.Invoke();

        var exited = process.WaitForExitAsync(stop);
        var begin = time.GetTimestamp();
        var missed = 0;
        long? asked = null;
        while (await Task.WhenAny(exited, Task.Delay(Interval(begin), time, stop)) != exited)
        {
            stop.ThrowIfCancellationRequested();
            if (!runsToCompletion)
            {
                await CheckHealth(stop);
                asked ??= Health == "healthy" ? time.GetTimestamp() : null;
                if (resource.Liveness is { } liveness && asked is { } last && time.GetElapsedTime(last) >= liveness.Interval)
                {
                    asked = time.GetTimestamp();
                    missed = await Answers(liveness.IsAlive, liveness.Interval / 2, stop) ? 0 : missed + 1;
                }

                if (missed == MissedAnswers)
                {
                    Set("hung");
                    await EndProcess(HungLimit);
                }
            }
            else if (time.GetElapsedTime(begin) > CompletionLimit)
            {
                throw new InvalidOperationException($"did not complete within {CompletionLimit.TotalMinutes:0} minutes");
            }
        }

        await exited;
        Process = null;
        return process.ExitCode;
    }

    /// <summary>Often while it comes up, so that what waits for it is not kept; seldom later.</summary>
    private TimeSpan Interval(long begin) =>
        Health == "healthy" || time.GetElapsedTime(begin) > TimeSpan.FromSeconds(30) ? HealthInterval : StartInterval;

    private async Task CheckHealth(CancellationToken stop)
    {
        if (resource.Readiness is null || await Answers(resource.Readiness, ReadinessLimit, stop))
        {
            Set("healthy");
            _up.TrySetResult();
        }
        else if (Health == "healthy")
        {
            Set("unhealthy");
        }
    }

    private static async Task<bool> Answers(Func<CancellationToken, Task<bool>> probe, TimeSpan limit, CancellationToken stop)
    {
        try
        {
            using var within = CancellationTokenSource.CreateLinkedTokenSource(stop);
            within.CancelAfter(limit);
            return await probe(within.Token);
        }
        catch (Exception) when (!stop.IsCancellationRequested)
        {
            // Whatever a probe runs into while a part comes up or goes down means the same: no.
            return false;
        }
    }

    private void Set(string health)
    {
        if (Health != health)
        {
            Health = health;
            Changed?.Invoke();
        }
    }
}
