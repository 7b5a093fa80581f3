using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Sovereignty.AuditService.Drill;

/// <summary>A copy of a running PostgreSQL in a folder of its own, on a port of its own. The running one only streams itself.</summary>
internal sealed class CloneServer : IAsyncDisposable
{
    private const string Account = "postgres";

    private readonly string _folder = Directory.CreateTempSubdirectory("sov-drill-").FullName;
    private readonly int _port = FreePort();
    private string _version = "";

    private CloneServer()
    {
    }

    private string Data => Path.Combine(_folder, "data");

    /// <exception cref="InvalidOperationException">The server cannot be copied, or the copy does not start.</exception>
    public static async Task<CloneServer> Start(string superuser, CancellationToken ct)
    {
        var clone = new CloneServer();
        try
        {
            await clone.Copy(new NpgsqlConnectionStringBuilder(superuser), ct);
            await clone.Run("pg_ctl", ["-D", clone.Data, "-w", "-t", "60", "-l", Path.Combine(clone._folder, "log"), "-o", clone.Settings, "start"], null, ct);
            return clone;
        }
        catch
        {
            await clone.DisposeAsync();
            throw;
        }
    }

    /// <summary>The same role of the copy.</summary>
    public string Of(string connectionString) =>
        new NpgsqlConnectionStringBuilder(connectionString) { Host = "127.0.0.1", Port = _port }.ConnectionString;

    public async ValueTask DisposeAsync()
    {
        if (File.Exists(Path.Combine(Data, "postmaster.pid")))
        {
            await Run("pg_ctl", ["-D", Data, "-w", "-m", "immediate", "stop"], null, CancellationToken.None);
        }

        Directory.Delete(_folder, recursive: true);
    }

    private string Settings =>
        $"-p {_port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=40 -c shared_buffers=64MB -c fsync=off -c full_page_writes=off -c archive_mode=off -c autovacuum=off";

    private async Task Copy(NpgsqlConnectionStringBuilder superuser, CancellationToken ct)
    {
        await using (var connection = new NpgsqlConnection(superuser.ConnectionString))
        {
            await connection.OpenAsync(ct);
            _version = $"{connection.PostgreSqlVersion.Major}";
        }

        if (Environment.IsPrivilegedProcess)
        {
            // PostgreSQL refuses to run as root.
            await Start("chown", [Account, _folder], null, ct);
        }

        await Run(
            "pg_basebackup",
            ["-h", superuser.Host!, "-p", $"{superuser.Port}", "-U", superuser.Username!, "-D", Data, "-X", "stream", "-c", "fast", "--no-sync", "--no-manifest", "-w"],
            superuser.Password,
            ct);
    }

    private Task Run(string program, string[] arguments, string? password, CancellationToken ct)
    {
        var path = Find(program);
        return Environment.IsPrivilegedProcess
            ? Start("setpriv", [$"--reuid={Account}", $"--regid={Account}", "--init-groups", path, .. arguments], password, ct)
            : Start(path, arguments, password, ct);
    }

    private static async Task Start(string program, string[] arguments, string? password, CancellationToken ct)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = "/" };
        if (password is not null)
        {
            start.Environment["PGPASSWORD"] = password;
        }

        using var process = Process.Start(start)!;

        // pg_ctl's server keeps the pipe open for as long as it lives.
        var server = arguments is [.., "start"];
        var error = server ? null : process.StandardError.ReadToEndAsync(ct);
        await process.WaitForExitAsync(ct);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{Path.GetFileName(program)} {string.Join(' ', arguments.Where(argument => argument.Contains("pg_", StringComparison.Ordinal)))} ended with {process.ExitCode}. {(error is null ? "" : (await error).Trim())}");
        }
    }

    private string Find(string program)
    {
        var packaged = $"/usr/lib/postgresql/{_version}/bin/{program}";
        return File.Exists(packaged)
            ? packaged
            : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists)
                ?? throw new InvalidOperationException($"There is no {program} of PostgreSQL {_version} here.");
    }

    private static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }
}
