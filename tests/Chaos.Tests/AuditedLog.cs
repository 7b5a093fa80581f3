using System.Diagnostics;
using System.Security.Cryptography;
using Npgsql;
using Sovereignty.Testing;

namespace Sovereignty.ChaosTests;

/// <summary>AuditService with a log of its own on the real parts: as a process to be killed, and its log to be looked at.</summary>
internal sealed class AuditedLog : IAsyncDisposable
{
    private static readonly string Program = Path.Combine(RealParts.Repository, "src/AuditService/bin", RealParts.Configuration, "net10.0/Sovereignty.AuditService.dll");
    private readonly Dictionary<string, string> _environment;
    private readonly NpgsqlDataSource _database;

    private AuditedLog(ChaosParts parts, Dictionary<string, string> environment)
    {
        _environment = environment;
        _database = parts.Database("audit");
    }

    /// <summary>Makes the log's database and declares its queue, as a deployment does.</summary>
    public static async Task<AuditedLog> Create(ChaosParts parts)
    {
        var folder = Path.Combine(parts.State, "killed-audit");
        var environment = new Dictionary<string, string>
        {
            ["ConnectionStrings__rabbit"] = await parts.Host(["amqp", "audit-service"]),
            ["ConnectionStrings__topology"] = await parts.Host(["amqp", "topology"]),
            ["ConnectionStrings__admin"] = parts.AdminDatabase,
            ["ConnectionStrings__database"] = RealParts.ToNpgsql(await parts.Host(["dsn", "audit_append"])),
            ["ConnectionStrings__database-read"] = RealParts.ToNpgsql(await parts.Host(["dsn", "audit_read"])),
            ["Audit__Origin"] = "sovereignty.test/killed-log",
            ["Audit__KeyFolder"] = Path.Combine(folder, "keys"),
            ["Audit__SigningKeyFile"] = Path.Combine(folder, "signing-key"),
            ["Audit__MasterKey"] = Convert.ToBase64String(SHA256.HashData("killed"u8)),
            ["Audit__CheckpointInterval"] = "00:00:00.100",
            ["Authentication__Authority"] = "https://issuer.invalid",
            ["Messaging__TopologyIsDeployed"] = "true",
            ["MASSTRANSIT_USAGE_TELEMETRY"] = "false",
            ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
        };
        var log = new AuditedLog(parts, environment);
        var (code, output) = await log.Run("migrate");
        Assert.True(code == 0, output);
        return log;
    }

    /// <summary>Starts the service, and again each time it dies.</summary>
    public ServiceProcess Serve() => new(() => Start(), line => line.Contains("Application started", StringComparison.Ordinal));

    public async Task<long> Size()
    {
        await using var command = _database.CreateCommand("SELECT size FROM audit.head");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public async Task<IReadOnlyList<LoggedEvent>> Entries()
    {
        await using var command = _database.CreateCommand(
            "SELECT e->>'id', e->>'type', (e->>'number')::bigint FROM (SELECT convert_from(entry, 'UTF8')::jsonb AS e FROM audit.entries) AS entries");
        await using var reader = await command.ExecuteReaderAsync();
        var entries = new List<LoggedEvent>();
        while (await reader.ReadAsync())
        {
            entries.Add(new(reader.GetString(0), reader.GetString(1), await reader.IsDBNullAsync(2) ? null : reader.GetInt64(2)));
        }

        return entries;
    }

    /// <summary>What <c>./sov audit verify</c> says of it: the exit code and what was printed.</summary>
    public Task<(int Code, string Output)> Verify() => Run("verify");

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    private async Task<(int Code, string Output)> Run(string verb)
    {
        using var process = Start(verb);
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, $"{output}{await error}");
    }

    private Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in _environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}

/// <summary>An entry of the log, by its own account.</summary>
internal sealed record LoggedEvent(string Id, string Type, long? Number);
