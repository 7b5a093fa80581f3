namespace Sovereignty.AppHost.Native;

/// <summary>Processes of this state folder whose host is gone.</summary>
internal static class Leftovers
{
    public static async Task<int> End(StateFolder state, TimeProvider time)
    {
        var recorded = new StatusFile(state).ReadHost()?.Processes ?? [];
        var left = recorded.Where(process => process.IsAlive)
            .Union(LiveProcess.Marked($"{Launcher.Mark}={state.Path}"))
            .ToList();

        foreach (var process in left)
        {
            process.Signal("TERM");
        }

        await Task.WhenAll(left.Select(async process =>
        {
            if (!await process.HasEnded(TimeSpan.FromSeconds(15), time))
            {
                process.Signal("KILL");
                await process.HasEnded(TimeSpan.FromSeconds(5), time);
            }
        }));
        return left.Count;
    }
}
