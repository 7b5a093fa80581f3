using System.Diagnostics;

namespace Sovereignty.AuditService.Tests;

/// <summary>A file system in memory that is soon full. To mount one takes root's rights, or sudo that asks nothing.</summary>
internal sealed class SmallDisk : IDisposable
{
    private string Filler => Path.Combine(Folder, "filler");

    public SmallDisk(int kilobytes)
    {
        Run("mount", "-t", "tmpfs", "-o", $"size={kilobytes}k,mode=0777", "tmpfs", Folder);
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("sov-small-disk").FullName;

    /// <summary>Leaves not a byte.</summary>
    public void Fill()
    {
        using var stream = new FileStream(Filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var page = new byte[4096];
        try
        {
            while (true)
            {
                stream.Write(page);
            }
        }
        catch (IOException)
        {
        }
    }

    public void Free() => File.Delete(Filler);

    public void Grow(int kilobytes) => Run("mount", "-o", $"remount,size={kilobytes}k", Folder);

    public void Dispose()
    {
        Run("umount", "-l", Folder);
        Directory.Delete(Folder);
    }

    private static void Run(string program, params string[] arguments)
    {
        var (command, all) = Environment.IsPrivilegedProcess ? (program, arguments) : ("sudo", ["-n", program, .. arguments]);
        using var process = Process.Start(new ProcessStartInfo(command, all) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"This test needs the right to mount a small file system: {error.Trim()}");
        }
    }
}
