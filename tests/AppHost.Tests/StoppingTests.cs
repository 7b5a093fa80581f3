using Sovereignty.AppHost.Native;

namespace Sovereignty.AppHost.Tests;

public class StoppingTests
{
    [Fact]
    public async Task Down_leaves_no_process_not_even_after_the_host_was_killed()
    {
        var parts = new RunningParts();
        await parts.InitializeAsync();
        try
        {
            var ports = parts.Folder.File("ports.json");
            var chosen = await File.ReadAllTextAsync(ports);
            Assert.Contains(await parts.Process("epmd"), parts.Processes);

            new StatusFile(parts.Folder).ReadHost()!.Host.Signal("KILL");
            Assert.Empty((await parts.Status()).Parts);

            // What the killed host left must neither keep the ports nor the data from the next one.
            var (exitCode, _, error) = await parts.Host("up", "--detach", "--only", "rabbit,postgres");
            Assert.True(exitCode == 0, error);
            Assert.Equal(chosen, await File.ReadAllTextAsync(ports));

            var running = (await parts.Status()).Parts.Select(part => LiveProcess.Find(part.Pid!.Value)!).ToList();
            Assert.All(running, process => Assert.True(process.IsAlive));
            Assert.Equal(0, (await parts.Host("down")).ExitCode);
            Assert.All(running, process => Assert.False(process.IsAlive));
            Assert.Empty(parts.Processes);
        }
        finally
        {
            await parts.DisposeAsync();
        }
    }
}
