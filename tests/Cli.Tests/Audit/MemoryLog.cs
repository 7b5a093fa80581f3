using Sovereignty.TransparencyLog.Tests;
using Sovereignty.TransparencyLog.Verification;

namespace Sovereignty.Cli.Tests.Audit;

/// <summary>A log in memory that tells what was read of it.</summary>
internal sealed class MemoryLog(Dictionary<string, byte[]> files) : ILogFiles
{
    private readonly Lock _lock = new();

    public List<string> Reads { get; } = [];

    public static MemoryLog Of(int size) => new(LogFolder.Write([.. Enumerable.Range(0, size).Select(i => LogFolder.Entry(i))], 0, 1));

    public Task<byte[]?> Read(string path, CancellationToken ct)
    {
        lock (_lock)
        {
            Reads.Add(path);
        }

        return Task.FromResult(files.GetValueOrDefault(path));
    }
}
