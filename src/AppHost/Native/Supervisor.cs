namespace Sovereignty.AppHost.Native;

/// <summary>Runs all parts of a model until it is told to stop, then stops them, dependants first.</summary>
internal sealed class Supervisor(
    IReadOnlyList<ProcessResource> resources, StateFolder state, Action<string> report, TimeProvider time)
{
    private readonly StatusFile _file = new(state);
    private readonly Lock _lock = new();
    private readonly long _begin = time.GetTimestamp();
    private readonly Dictionary<ProcessResource, string> _reported = [];
    private Dictionary<ProcessResource, Part> _parts = [];
    private bool _ready;
    private bool _stopping;

    public async Task<int> Run(CancellationToken stop)
    {
        var ordered = ResourceGraph.Order(resources);
        using var launcher = new Launcher(state);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        _parts = ordered.ToDictionary(
            resource => resource,
            resource => new Part(resource, ResourceGraph.RunsToCompletion(resource, ordered), launcher, time));
        foreach (var part in _parts.Values)
        {
            part.Changed += () => TrySave(part);
        }

        Save(null);
        var running = _parts.Values.Select(part => part.Run(_parts, ending.Token)).ToList();
        try
        {
            await AllUp();
            _ready = true;
            Save(null);
            report($"ready after {Elapsed()}");
            if (Gateway() is { } gateway)
            {
                report(gateway);
            }

            await Task.Delay(Timeout.Infinite, stop);
            return 0;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 0;
        }
        catch (InvalidOperationException e)
        {
            report($"cannot start: {e.Message}");
            return 1;
        }
        finally
        {
            await ending.CancelAsync();
            await Task.WhenAll(running);
            await StopAll(ordered);
            _file.Clear();
        }
    }

    private async Task AllUp()
    {
        var waiting = _parts.Values.Select(part => part.Up).ToList();
        while (waiting is not [])
        {
            var done = await Task.WhenAny(waiting);
            await done;
            waiting.Remove(done);
        }
    }

    /// <summary>All parts that nothing still running waits for stop together.</summary>
    private async Task StopAll(IReadOnlyList<ProcessResource> ordered)
    {
        lock (_lock)
        {
            _stopping = true;
        }

        report("stopping");
        var left = ordered.ToList();
        while (left is not [])
        {
            var free = left.Where(resource => !left.Any(other => other.Waits.Any(wait => wait.Resource == resource))).ToList();
            await Task.WhenAll(free.Select(resource => _parts[resource].Stop(TimeSpan.FromSeconds(20))));
            left.RemoveAll(free.Contains);
        }
    }

    /// <summary>A full disk must not end a part that runs.</summary>
    private void TrySave(Part changed)
    {
        try
        {
            Save(changed);
        }
        catch (IOException e)
        {
            Console.Error.WriteLine($"The state of {changed.Resource.Name} was not written: {e.Message}");
        }
    }

    private void Save(Part? changed)
    {
        lock (_lock)
        {
            if (changed is not null && !_stopping)
            {
                Report(changed);
            }

            var self = LiveProcess.Find(Environment.ProcessId)!;
            _file.Write(new HostRecord(self, _ready, [.. _parts.Values.Select(part => part.Process).OfType<LiveProcess>()]));
            _file.Write(new Status(Gateway(), [.. _parts.Values.Where(part => part.Health != "completed").Select(Describe)]));
        }
    }

    private void Report(Part part)
    {
        var health = part.Health;
        if (health is "waiting" or "starting" || _reported.GetValueOrDefault(part.Resource) == health)
        {
            return;
        }

        _reported[part.Resource] = health;
        report($"{Elapsed(),8}  {part.Resource.Name} {health}");
    }

    private PartStatus Describe(Part part) =>
        new(part.Resource.Name, part.Process?.Pid, part.Health, part.Resource.Url, state.Log(part.Resource.Name));

    private string? Gateway() => _parts.Keys.FirstOrDefault(resource => resource.Name == "gateway")?.Url;

    private string Elapsed() => FormattableString.Invariant($"{time.GetElapsedTime(_begin).TotalSeconds:0.0} s");
}
