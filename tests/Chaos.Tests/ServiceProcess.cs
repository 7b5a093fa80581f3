using System.Collections.Concurrent;
using System.Diagnostics;
using Npgsql;
using Sovereignty.Testing;

namespace Sovereignty.ChaosTests;

/// <summary>One instance of the service under test, started again each time it dies.</summary>
internal sealed class ServiceProcess
{
    /// <summary>The ends that the tests bring about, from outside and from within.</summary>
    public static readonly HashSet<string> CausesOfDeath = ["killed", "after-commit", "after-publish"];

    private const int LinesKept = 60;
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(60);
    private static readonly string Program = Path.Combine(RealParts.Repository, "tests/Chaos/bin", RealParts.Configuration, "net10.0/Sovereignty.Chaos.dll");
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<string> _lastWords = new();
    private readonly Func<Process> _start;
    private readonly Func<string, bool> _isReady;
    private readonly Task _lives;
    private Process? _process;
    private volatile bool _killed;
    private volatile bool _hung;
    private volatile bool _isUp;
    private volatile bool _stopping;

    /// <param name="parts">Broker and database.</param>
    /// <param name="name">The service's database and the prefix of its queues.</param>
    /// <param name="without">The guard to leave out.</param>
    /// <param name="fate">For each life, how the process shall end itself: arguments.</param>
    public ServiceProcess(ChaosParts parts, string name, string? without, Func<string[]> fate)
        : this(() => Start(parts, name, without, ["run", .. fate()]), line => line == "ready")
    {
    }

    /// <param name="start">Begins a life, its output redirected.</param>
    /// <param name="isReady">Tells the line by which the process says that it stands.</param>
    public ServiceProcess(Func<Process> start, Func<string, bool> isReady)
    {
        _start = start;
        _isReady = isReady;
        _lives = Task.Run(Live);
    }

    /// <summary>How often it died, by cause.</summary>
    public ConcurrentDictionary<string, int> Deaths { get; } = new();

    /// <summary>Its latest warnings and errors.</summary>
    public IEnumerable<string> LastWords => _lastWords;

    /// <summary>Completes when it stands for the first time.</summary>
    public Task Ready => _ready.Task;

    /// <summary>Whether it stands now.</summary>
    public bool IsUp => _isUp;

    public static async Task Migrate(ChaosParts parts, string name, string? without)
    {
        using var process = Start(parts, name, without, ["migrate"]);
        var error = process.StandardError.ReadToEndAsync();
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await error);
    }

    public void Kill()
    {
        _killed = true;
        _process?.Kill();
    }

    /// <summary>Ends it as an administrator would: what it has begun it finishes.</summary>
    public async Task Stop()
    {
        _stopping = true;
        if (!_lives.IsCompleted && _process is { } process)
        {
            await ChaosParts.Signal(process.Id, "TERM");
        }

        using var limit = new CancellationTokenSource(StopLimit);
        await using var kill = limit.Token.Register(() =>
        {
            _hung = true;
            Kill();
        });
        await _lives;
    }

    private async Task Live()
    {
        while (!_stopping)
        {
            using var process = _start();
            _killed = false;
            _process = process;
            var complaints = Task.Run(() => Listen(process.StandardError, Remember));
            string? cause = null;
            await Listen(process.StandardOutput, line =>
            {
                if (_isReady(line))
                {
                    _isUp = true;
                    _ready.TrySetResult();
                }
                else if (CausesOfDeath.Contains(line))
                {
                    cause = line;
                }
                else
                {
                    Remember(line);
                }
            });
            _isUp = false;
            await complaints;
            await process.WaitForExitAsync();
            if (!_stopping || process.ExitCode != 0)
            {
                Deaths.AddOrUpdate(cause ?? (_hung ? "did not stop" : _killed ? "killed" : $"exit code {process.ExitCode}"), 1, (_, count) => count + 1);
            }
        }
    }

    private void Remember(string line)
    {
        _lastWords.Enqueue(line);
        if (_lastWords.Count > LinesKept)
        {
            _lastWords.TryDequeue(out _);
        }
    }

    private static async Task Listen(StreamReader reader, Action<string> hear)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            hear(line);
        }
    }

    private static Process Start(ChaosParts parts, string name, string? without, string[] arguments)
    {
        var database = new NpgsqlConnectionStringBuilder(parts.AdminDatabase) { Database = name, Username = name, Password = "chaos" };
        return Process.Start(new ProcessStartInfo("dotnet", [Program, .. arguments, "--name", name, .. without is null ? Array.Empty<string>() : ["--without", without]])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["ConnectionStrings__rabbit"] = parts.Broker.ToString(),
                ["ConnectionStrings__database"] = database.ConnectionString,
                ["ConnectionStrings__admin"] = arguments is ["migrate", ..] ? parts.AdminDatabase : "",
            },
        })!;
    }
}
