using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Sovereignty.AuditService.Tests;

/// <summary>A PostgreSQL of its own for the tests of this project, durable as in production.</summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private const string Binaries = "/usr/lib/postgresql";

    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"sov-audit-{Guid.NewGuid():n}");
    private readonly int _port = FreePort();

    public string Superuser(string database = "postgres") => $"Host=127.0.0.1;Port={_port};Username=postgres;Database={database};Include Error Detail=true;Pooling=false";

    public string Login(string role, string database) => $"Host=127.0.0.1;Port={_port};Username={role};Password=local-{role};Database={database};Include Error Detail=true";

    /// <summary>A folder that the server may write to.</summary>
    public static string FolderIn(string parent)
    {
        var folder = Directory.CreateDirectory(Path.Combine(parent, "postgres")).FullName;
        if (Environment.UserName == "root")
        {
            using var process = Process.Start("chown", ["postgres", folder]);
            process.WaitForExit();
        }

        return folder;
    }

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(_folder);
        await Run("chown", "postgres", _folder);
        await Postgres("initdb", "-D", Data, "-A", "trust", "-E", "UTF8", "--locale=C", "-U", "postgres");
        await Start();
    }

    public async Task Start()
    {
        await Postgres("pg_ctl", "-D", Data, "-w", "-t", "60", "-l", Path.Combine(_folder, "log"), "-o", $"-p {_port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={_folder} -c fsync=on -c max_connections=60", "start");
        await using var source = NpgsqlDataSource.Create(Superuser());
        await using var command = source.CreateCommand("SELECT 1");
        await command.ExecuteScalarAsync();
    }

    /// <summary>Ends the server as a crash would.</summary>
    public Task Crash() => Postgres("pg_ctl", "-D", Data, "-w", "-m", "immediate", "stop");

    public async Task DisposeAsync()
    {
        await Crash();
        Directory.Delete(_folder, recursive: true);
    }

    private string Data => Path.Combine(_folder, "data");

    private static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }

    private static Task Postgres(string program, params string[] arguments)
    {
        var path = Directory.GetDirectories(Binaries).OrderDescending().Select(version => Path.Combine(version, "bin", program)).First(File.Exists);
        return Environment.UserName == "root"
            ? Run("runuser", ["-u", "postgres", "--", path, .. arguments])
            : Run(path, arguments);
    }

    private static async Task Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, WorkingDirectory = "/" };
        start.StandardErrorEncoding = System.Text.Encoding.UTF8;
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed with {process.ExitCode}.");
        }
    }
}

[CollectionDefinition(Name)]
public sealed class OnPostgres : ICollectionFixture<PostgresServer>
{
    public const string Name = "on PostgreSQL";
}
