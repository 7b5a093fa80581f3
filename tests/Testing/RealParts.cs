using System.Diagnostics;

namespace Sovereignty.Testing;

/// <summary>A RabbitMQ and a PostgreSQL of the tests' own, started by the product's own host in a temporary state folder.</summary>
public class RealParts : IAsyncLifetime
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(120);
    private readonly string _state = Directory.CreateTempSubdirectory("sov-test-").FullName;

    public Uri Broker { get; private set; } = null!;

    /// <summary>Npgsql connection string of the superuser.</summary>
    public string AdminDatabase { get; private set; } = null!;

    public string State => _state;

    /// <summary>The parts to start, as <c>up --only</c> takes them; null for all.</summary>
    protected virtual string? Parts => "rabbit,postgres";

    /// <summary>Environment of the host, and so of every part.</summary>
    protected Dictionary<string, string> Environment { get; } = [];

    public static string Repository => Testing.Repository.Folder;

    /// <summary>The build configuration under test.</summary>
    public static string Configuration { get; } = AppContext.BaseDirectory.Contains("/Debug/", StringComparison.Ordinal) ? "Debug" : "Release";

    public virtual async Task InitializeAsync()
    {
        await Host(["up", "--detach", .. Parts is null ? Array.Empty<string>() : ["--only", Parts]]);
        Broker = new(await Host(["amqp", "operator"]));
        AdminDatabase = ToNpgsql(await Host(["dsn", "postgres"]));
    }

    public virtual async Task DisposeAsync()
    {
        await Host(["down"]);
        Directory.Delete(_state, recursive: true);
    }

    /// <summary>Runs a verb of the host program and returns the last line it prints.</summary>
    public async Task<string> Host(string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [HostProgram(), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["SOV_STATE"] = _state },
        };
        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(StartLimit);
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var error = process.StandardError.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        return process.ExitCode == 0
            ? (await output).TrimEnd().Split('\n')[^1]
            : throw new InvalidOperationException($"{string.Join(' ', arguments)} ended with {process.ExitCode}: {await error}{await output}");
    }

    public static string ToNpgsql(string uri)
    {
        var dsn = new Uri(uri);
        var user = dsn.UserInfo.Split(':');
        return $"Host={dsn.Host};Port={dsn.Port};Username={user[0]};Password={Uri.UnescapeDataString(user[1])};Database={dsn.AbsolutePath.Trim('/')}";
    }

    private static string HostProgram() =>
        Path.Combine(Repository, "src/AppHost/bin", Configuration, "net10.0/Sovereignty.AppHost.dll");
}
