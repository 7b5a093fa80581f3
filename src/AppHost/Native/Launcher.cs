using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Sovereignty.AppHost.Native;

/// <summary>
/// Starts processes that end with this one. Linux ties the parent-death signal to the thread that forked, so one
/// thread that lives as long as the host forks them all.
/// </summary>
internal sealed class Launcher : IDisposable
{
    /// <summary>Marks every process of a state folder, so that none is left behind unseen.</summary>
    public const string Mark = "SOV_PART_OF";

    private readonly BlockingCollection<Action> _work = [];
    private readonly StateFolder _state;

    public Launcher(StateFolder state)
    {
        _state = state;
        new Thread(() =>
        {
            foreach (var action in _work.GetConsumingEnumerable())
            {
                action();
            }
        })
        { IsBackground = true, Name = "launcher" }.Start();
    }

    public Task<Process> Start(ProcessResource resource)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(() =>
        {
            try
            {
                started.SetResult(Process.Start(Describe(resource)) ?? throw new InvalidOperationException("No process was started."));
            }
            catch (Exception e)
            {
                started.SetException(e);
            }
        });
        return started.Task;
    }

    public void Dispose() => _work.CompleteAdding();

    private ProcessStartInfo Describe(ProcessResource resource)
    {
        var deathSignal = $"--pdeathsig={(resource.StopSignal == PosixSignal.SIGINT ? "INT" : "TERM")}";
        // A change of account clears the signal, so the setpriv that changes it must be the one that sets it.
        string[] command = resource.Command == "setpriv"
            ? ["setpriv", deathSignal, .. resource.Arguments]
            : ["setpriv", deathSignal, resource.Command, .. resource.Arguments];

        // Not sh: where that is dash it drops variables whose names have a hyphen, as services__policy-service__http__0 does.
        // A session of its own keeps the terminal's Ctrl-C away: the host decides in what order parts stop.
        var start = new ProcessStartInfo("/bin/bash",
            ["-c", "exec setsid \"$@\" >>\"$0\" 2>&1 </dev/null", _state.Log(resource.Name), .. command])
        {
            WorkingDirectory = resource.WorkingDirectory,
        };
        foreach (var name in start.Environment.Keys.Where(IsOurs).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment[Mark] = _state.Path;
        start.Environment["OTEL_SERVICE_NAME"] = resource.Name;
        foreach (var (name, value) in resource.Environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    // Left over from whoever started the host, these would override what the model says.
    private static bool IsOurs(string name) =>
        name.StartsWith("ConnectionStrings__", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("services__", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("RABBITMQ_", StringComparison.Ordinal)
        || name.StartsWith("ASPNETCORE_", StringComparison.Ordinal)
        || name.StartsWith("Kestrel__", StringComparison.OrdinalIgnoreCase);
}
