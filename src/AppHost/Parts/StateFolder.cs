using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Sovereignty.AppHost;

/// <summary>Everything a checkout's running parts keep: secrets, ports, certificates, data, logs.</summary>
internal sealed class StateFolder
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly Lazy<LocalAuthority> _certificates;
    private readonly Lazy<PortMemory> _ports;

    /// <param name="path">The folder; made when first written to.</param>
    /// <param name="running">Whether the parts run: then their ports are theirs and not up for choosing.</param>
    public StateFolder(string path, bool running = false)
    {
        Path = System.IO.Path.GetFullPath(path);
        _certificates = new(() => LocalAuthority.Ensure(Folder("certificates"), TimeProvider.System));
        _ports = new(() => new PortMemory(File("ports.json"), keep: running));
    }

    public string Path { get; }

    /// <summary>Identifies this checkout where a name must be unique on the machine.</summary>
    public string Key => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path)))[..12];

    public LocalAuthority Certificates => _certificates.Value;

    /// <summary><c>SOV_STATE</c>, or <c>.sov</c> at the root of the checkout.</summary>
    public static StateFolder Open(bool running = false)
    {
        var path = Environment.GetEnvironmentVariable("SOV_STATE");
        return new StateFolder(string.IsNullOrWhiteSpace(path) ? System.IO.Path.Combine(FindCheckout(), ".sov") : path, running);
    }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public string Log(string part) => System.IO.Path.Combine(Path, "logs", part + ".log");

    public string Folder(params ReadOnlySpan<string> names)
    {
        EnsureRoot();
        var folder = System.IO.Path.Combine([Path, .. names]);
        Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
        return folder;
    }

    /// <summary>The port of a part: chosen once, remembered, chosen again only when something else took it.</summary>
    public int Port(string name)
    {
        EnsureRoot();
        return _ports.Value.Get(name);
    }

    /// <summary>32 random bytes in base64, made on first use.</summary>
    public string Secret(string name) => Generate(name, Convert.ToBase64String);

    /// <summary>A password that needs no escaping in a URI.</summary>
    public string Password(string name) => Generate(name, Convert.ToHexStringLower);

    /// <summary>A file with 32 random bytes in base64, made on first use, readable by its owner only.</summary>
    public string Seed(string name)
    {
        EnsureRoot();
        var file = File(name);
        if (!System.IO.File.Exists(file))
        {
            WriteSecret(file, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)) + "\n");
        }

        return file;
    }

    /// <summary>Replaces a file in one step, readable by its owner only.</summary>
    public static void WriteSecret(string file, string text)
    {
        var temporary = $"{file}.{Environment.ProcessId}.{Environment.CurrentManagedThreadId}.new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = OwnerOnly };
        using (var writer = new StreamWriter(temporary, options))
        {
            writer.Write(text);
        }

        System.IO.File.Move(temporary, file, overwrite: true);
    }

    private string Generate(string name, Func<byte[], string> encode)
    {
        EnsureRoot();
        var file = File("secrets.json");
        var secrets = System.IO.File.Exists(file)
            ? JsonSerializer.Deserialize<SortedDictionary<string, string>>(System.IO.File.ReadAllText(file))!
            : [];
        if (!secrets.TryGetValue(name, out var secret))
        {
            secret = encode(RandomNumberGenerator.GetBytes(32));
            secrets.Add(name, secret);
            WriteSecret(file, JsonSerializer.Serialize(secrets, JsonSerializerOptions.Web));
        }

        return secret;
    }

    private void EnsureRoot()
    {
        if (!Directory.Exists(Path))
        {
            Directory.CreateDirectory(Path, OwnerOnly | UnixFileMode.UserExecute);
        }
    }

    private static string FindCheckout()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (System.IO.File.Exists(System.IO.Path.Combine(folder.FullName, "Sovereignty.sln")))
            {
                return folder.FullName;
            }
        }

        return Environment.CurrentDirectory;
    }
}
