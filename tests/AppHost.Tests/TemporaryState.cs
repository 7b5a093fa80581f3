using Sovereignty.AppHost.Native;

namespace Sovereignty.AppHost.Tests;

/// <summary>A state folder of its own, removed with everything that runs from it.</summary>
internal sealed class TemporaryState : IAsyncDisposable
{
    // As the parts see it once they run: asking for a port must not choose it anew.
    public StateFolder Folder { get; } = new(Directory.CreateTempSubdirectory("sov-test-").FullName, running: true);

    public IReadOnlyList<LiveProcess> Processes => LiveProcess.Marked($"{Launcher.Mark}={Folder.Path}");

    public async ValueTask DisposeAsync()
    {
        await Leftovers.End(Folder, TimeProvider.System);
        Directory.Delete(Folder.Path, recursive: true);
    }
}
