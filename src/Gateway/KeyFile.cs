using System.Runtime.InteropServices;

namespace Sovereignty.Gateway;

/// <summary>A private key in a file that only its owner reads, kept so that what it signed outlives a restart.</summary>
internal static class KeyFile
{
    /// <summary>The PEM in the file; of two processes that create it at once, both read the same.</summary>
    internal static string LoadOrCreate(string folder, string name, Func<string> createPem)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, name);
        if (!File.Exists(path))
        {
            Create(path, createPem());
        }

        return File.ReadAllText(path);
    }

    private static void Create(string path, string pem)
    {
        var draft = $"{path}.{Guid.NewGuid():N}";
        var file = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            file.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var writer = new StreamWriter(draft, file))
        {
            writer.Write(pem);
        }

        // Of two that come here at once one is late. Moving would put the late key over the one that the other has begun to use.
        if (OperatingSystem.IsWindows())
        {
            MoveUnlessThere(draft, path);
        }
        else
        {
            _ = Link(draft, path);
        }

        File.Delete(draft);
        if (!File.Exists(path))
        {
            throw new IOException($"The key file {path} could not be created.");
        }
    }

    private static void MoveUnlessThere(string draft, string path)
    {
        try
        {
            File.Move(draft, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
        }
    }

    [DllImport("libc", EntryPoint = "link")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Link([MarshalAs(UnmanagedType.LPUTF8Str)] string existing, [MarshalAs(UnmanagedType.LPUTF8Str)] string path);
}
