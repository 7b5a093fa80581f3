using System.Runtime.InteropServices;
using Npgsql;

namespace Sovereignty.AppHost;

/// <summary>PostgreSQL of this checkout: bound to 127.0.0.1, passwords by SCRAM, durable.</summary>
internal sealed class DatabaseServer
{
    public const string Superuser = "postgres";

    /// <summary>Login role and the database it belongs to; the services' migrations create both.</summary>
    public static IReadOnlyDictionary<string, string> Roles { get; } = new SortedDictionary<string, string>
    {
        [Superuser] = "postgres",
        ["region"] = "region",
        ["policy"] = "policy",
        ["access"] = "access",
        ["audit_append"] = "audit",
        ["audit_read"] = "audit",
    };

    private static readonly string[] Settings =
    [
        "listen_addresses=127.0.0.1", "unix_socket_directories=", "password_encryption=scram-sha-256",
        "max_connections=200", "shared_buffers=256MB", "effective_cache_size=1GB", "work_mem=8MB", "maintenance_work_mem=128MB",
        "max_wal_size=2GB", "min_wal_size=256MB", "wal_compression=on", "checkpoint_timeout=15min",
        "fsync=on", "full_page_writes=on", "synchronous_commit=on", "wal_buffers=16MB", "wal_recycle=on",
        "jit=off", "random_page_cost=1.1", "max_parallel_workers_per_gather=0", "timezone=UTC", "log_timezone=UTC",
        // A failed statement's text and a row's values are payload; they do not belong in a log.
        "log_min_error_statement=panic", "log_error_verbosity=terse", "log_parameter_max_length_on_error=0",
    ];

    private readonly IDistributedApplicationBuilder _builder;
    private readonly StateFolder _state;
    private readonly string? _account;
    private readonly string _data;

    public DatabaseServer(IDistributedApplicationBuilder builder, StateFolder state)
    {
        _builder = builder;
        _state = state;
        _account = Environment.IsPrivilegedProcess ? Programs.DatabaseAccount : null;
        _data = Path.Combine(Home(state, _account is not null), "data");

        var (command, arguments) = Programs.As(_account, Programs.Database("postgres", _data),
            ["-D", _data, "-p", $"{state.Port("postgres")}", .. Settings.SelectMany(setting => new[] { "-c", setting })]);
        Server = builder.AddExecutable("postgres", command, "/", arguments)
            .OnBeforeResourceStarted((_, _, cancellation) => EnsureCluster(cancellation))
            .WithReadiness(AcceptsClients)
            .WithStopSignal(PosixSignal.SIGINT);
    }

    public IResourceBuilder<ExecutableResource> Server { get; }

    public IResourceBuilder<ConnectionStringResource> Administrator => field ??= AddDatabase("postgres", Superuser);

    public IResourceBuilder<ConnectionStringResource> AddDatabase(string name, string? role = null) =>
        _builder.AddConnectionString($"postgres-{role ?? name}", ReferenceExpression.Create($"{ConnectionString(_state, role ?? name)}"));

    public static string ConnectionString(StateFolder state, string role) =>
        $"Host=127.0.0.1;Port={state.Port("postgres")};Database={DatabaseOf(role)};Username={role};Password={Password(state, role)}";

    public static string Uri(StateFolder state, string role) =>
        $"postgresql://{role}:{Password(state, role)}@127.0.0.1:{state.Port("postgres")}/{DatabaseOf(role)}";

    private static string Password(StateFolder state, string role) => state.Password($"postgres-{role}");

    private static string DatabaseOf(string role) =>
        Roles.TryGetValue(role, out var database)
            ? database
            : throw new ArgumentException($"The database has no role '{role}'. Known: {string.Join(", ", Roles.Keys)}.");

    /// <summary>In the state folder, unless the server's own account cannot reach it there.</summary>
    private static string Home(StateFolder state, bool otherAccount)
    {
        var folder = Path.Combine(state.Path, "postgres");
        if (!otherAccount || IsReachable(Path.GetDirectoryName(state.Path)!))
        {
            return folder;
        }

        return Path.Combine("/var/lib/sovereignty", state.Key, "postgres");
    }

    private static bool IsReachable(string folder)
    {
        for (var parent = new DirectoryInfo(folder); parent is not null; parent = parent.Parent)
        {
            if (parent.Exists && !parent.UnixFileMode.HasFlag(UnixFileMode.OtherExecute))
            {
                return false;
            }
        }

        return true;
    }

    private async Task<bool> AcceptsClients(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(ConnectionString(_state, Superuser) + ";Pooling=false;Timeout=5");
        await connection.OpenAsync(cancellationToken);
        return true;
    }

    private async Task EnsureCluster(CancellationToken cancellationToken)
    {
        var home = Path.GetDirectoryName(_data)!;
        if (!home.StartsWith(_state.Path, StringComparison.Ordinal) && ForeignData.MoveAside(home, _state.Password("id")) is { } aside)
        {
            Console.Error.WriteLine($"""
                note: {home} held the databases of an earlier checkout at this path; their passwords are gone with it.
                note: They lie in {aside} now, and new ones are made. Delete that folder if nothing in it is missed.
                """);
        }

        if (File.Exists(Path.Combine(_data, "PG_VERSION")))
        {
            return;
        }

        if (Directory.Exists(home))
        {
            Directory.Delete(home, recursive: true);
        }

        Directory.CreateDirectory(home);
        if (_account is not null)
        {
            if (home.StartsWith(_state.Path, StringComparison.Ordinal))
            {
                // Others may pass through the state folder, not list it; its secrets have modes of their own.
                File.SetUnixFileMode(_state.Path, File.GetUnixFileMode(_state.Path) | UnixFileMode.OtherExecute);
            }

            await Programs.Run("chown", [_account, home], cancellationToken);
        }

        var passwordFile = Path.Combine(home, "password");
        StateFolder.WriteSecret(passwordFile, Password(_state, Superuser));
        if (_account is not null)
        {
            await Programs.Run("chown", [_account, passwordFile], cancellationToken);
        }

        var fresh = _data + ".new";
        var (command, arguments) = Programs.As(_account, Programs.Database("initdb", _data),
        [
            "-D", fresh, "-U", Superuser, $"--pwfile={passwordFile}", "--auth=scram-sha-256",
            "--encoding=UTF8", "--no-locale", "--data-checksums",
        ]);
        await Programs.Run(command, arguments, cancellationToken);
        File.Delete(passwordFile);

        ForeignData.Claim(home, _state.Password("id"));

        // A half-made cluster never carries the final name.
        Directory.Move(fresh, _data);
    }
}
