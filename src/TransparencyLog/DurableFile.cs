using System.Runtime.InteropServices;

namespace Sovereignty.TransparencyLog;

/// <summary>Files that are either whole and on disk, or not there.</summary>
public static class DurableFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes a new file. Where another has written it in the meantime, theirs stays.</summary>
    /// <param name="path">The file; its folder is made where it is missing.</param>
    /// <param name="content">All of its bytes.</param>
    public static void Create(string path, ReadOnlySpan<byte> content)
    {
        var bytes = content.ToArray();
        var (folder, temporary) = WriteBeside(path, stream => stream.Write(bytes));
        try
        {
            File.Move(temporary, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(temporary);
        }

        SyncFolder(folder);
    }

    /// <summary>Writes a file in the place of the one that may be there: at any time it holds all of the one or all of the other.</summary>
    /// <param name="path">The file; its folder is made where it is missing.</param>
    /// <param name="content">All of its bytes.</param>
    public static void Replace(string path, ReadOnlySpan<byte> content)
    {
        var bytes = content.ToArray();
        Replace(path, stream => stream.Write(bytes));
    }

    /// <summary>Writes a file in the place of the one that may be there: at any time it holds all of the one or all of the other.</summary>
    /// <param name="path">The file; its folder is made where it is missing.</param>
    /// <param name="write">Writes all of its bytes.</param>
    public static void Replace(string path, Action<Stream> write)
    {
        var (folder, temporary) = WriteBeside(path, write);
        File.Move(temporary, path, overwrite: true);
        SyncFolder(folder);
    }

    /// <summary>Adds a line to a file, which may be new. Where the last line broke off, this one does not continue it.</summary>
    /// <param name="path">The file; its folder is made where it is missing.</param>
    /// <param name="line">The line, without its end.</param>
    public static void AppendLine(string path, ReadOnlySpan<byte> line)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        CreateFolder(folder);
        var isNew = !File.Exists(path);
        using (var stream = new FileStream(path, Options(FileMode.OpenOrCreate, FileAccess.ReadWrite)))
        {
            stream.Seek(-Math.Min(1, stream.Length), SeekOrigin.End);
            var brokeOff = stream.Length > 0 && stream.ReadByte() != '\n';
            stream.Write([.. brokeOff ? "\n"u8 : [], .. line, (byte)'\n']);
            stream.Flush(flushToDisk: true);
        }

        if (isNew)
        {
            SyncFolder(folder);
        }
    }

    private static (string Folder, string Temporary) WriteBeside(string path, Action<Stream> write)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        CreateFolder(folder);
        var temporary = $"{path}.{Guid.NewGuid():n}.tmp";
        try
        {
            using var stream = new FileStream(temporary, Options(FileMode.CreateNew));
            write(stream);
            stream.Flush(flushToDisk: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        return (folder, temporary);
    }

    private static void CreateFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
        }
    }

    private static FileStreamOptions Options(FileMode mode, FileAccess access = FileAccess.Write)
    {
        var options = new FileStreamOptions { Mode = mode, Access = access };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        return options;
    }

    // A new name is durable only when its folder is, and .NET opens no folders.
    private static void SyncFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var handle = Open(folder, 0);
        var synced = handle >= 0 && Sync(handle) == 0;
        _ = Close(handle);
        if (!synced)
        {
            throw new IOException($"The folder {folder} could not be written to disk.");
        }
    }

    [DllImport("libc", EntryPoint = "open", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int Open(string path, int flags);

    [DllImport("libc", EntryPoint = "fsync")]
    private static extern int Sync(int handle);

    [DllImport("libc", EntryPoint = "close")]
    private static extern int Close(int handle);
}
