using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Sovereignty.AppHost.Native;

/// <summary>Keeps one resource running: prepares, starts, watches its health, starts it again when it ends.</summary>
internal sealed class Part(ProcessResource resource, bool runsToCompletion, Launcher launcher, TimeProvider time)
{
    private static readonly TimeSpan HealthInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan StartInterval = TimeSpan.FromMilliseconds(150);
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
        Set("stopped");
    }

    private async Task KeepRunning(CancellationToken stop)
    {
        var failures = 0;
        while (true)
        {
            var begin = time.GetTimestamp();
            var exitCode = await RunOnce(stop);
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
        while (await Task.WhenAny(exited, Task.Delay(Interval(begin), time, stop)) != exited)
        {
            stop.ThrowIfCancellationRequested();
            if (!runsToCompletion)
            {
                await CheckHealth(stop);
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
        bool ready;
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
            limit.CancelAfter(TimeSpan.FromSeconds(6));
            ready = resource.Readiness is null || await resource.Readiness(limit.Token);
        }
        catch (Exception) when (!stop.IsCancellationRequested)
        {
            // Whatever a probe runs into while a part comes up or goes down means the same: not ready.
            ready = false;
        }

        if (ready)
        {
            Set("healthy");
            _up.TrySetResult();
        }
        else if (Health == "healthy")
        {
            Set("unhealthy");
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
