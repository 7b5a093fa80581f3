using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Sovereignty.AppHost.Native;

/// <summary>The verbs of the host program; <c>./sov</c> passes them on.</summary>
internal static class Commands
{
    private const int UsageError = 64;
    private static FileStream? _lock;

    /// <summary>The exit code of a verb that needs no model, or null for <c>up</c>.</summary>
    public static int? Answer(string[] args, StateFolder state)
    {
        var status = new StatusFile(state);
        try
        {
            switch (args)
            {
                case [] or ["up", ..]:
                    return UpOptions.Parse(args).Detach ? Detach(args, state, TimeProvider.System).GetAwaiter().GetResult() : null;
                case ["down"]:
                    return Down(state, TimeProvider.System).GetAwaiter().GetResult();
                case ["wait"]:
                    return Wait(state, stale: null, TimeProvider.System).GetAwaiter().GetResult();
                case ["status", "--json"]:
                    return Print(JsonSerializer.Serialize(status.ReadStatus(), JsonSerializerOptions.Web));
                case ["status"]:
                    return PrintStatus(status.ReadStatus());
                case ["url"]:
                    return Print(RequireRunning(status).Gateway ?? throw new InvalidOperationException("The gateway is not among the parts that run."));
                case ["ca"]:
                    return Print(state.Certificates.Authority);
                case ["amqp", var user]:
                    RequireRunning(status);
                    return Print(Broker.Uri(state, user));
                case ["dsn", var role]:
                    RequireRunning(status);
                    return Print(DatabaseServer.Uri(state, role));
                default:
                    Console.Error.WriteLine("""
                        up [--detach] [--only PART,PART]   start all parts, or some and what they need
                        down                               stop them
                        wait                               until all are up
                        status [--json] | url | ca | amqp USER | dsn ROLE
                        """);
                    return UsageError;
            }
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            Console.Error.WriteLine(e.Message);
            return e is ArgumentException ? UsageError : 1;
        }
    }

    /// <summary>
    /// Starts the parts and stays until it is stopped, or, with <c>--detach</c>, until they are up.
    /// Tests start real parts the same way: set <c>SOV_STATE</c> to an empty folder, run
    /// <c>dotnet Sovereignty.AppHost.dll up --detach --only rabbit,postgres</c>, ask for addresses with <c>amqp operator</c>
    /// and <c>dsn postgres</c>, and end with <c>down</c>.
    /// </summary>
    public static async Task<int> Up(string[] args, IReadOnlyList<ProcessResource> resources, StateFolder state)
    {
        var time = TimeProvider.System;
        try
        {
            var options = UpOptions.Parse(args);
            var wanted = options.Only is null ? resources : ResourceGraph.Only(resources, options.Only);
            RotateLogs(wanted, state);
            WriteConnections(state);
            using var stop = new CancellationTokenSource();
            using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
            using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
            using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
            return await new Supervisor(wanted, state, Console.WriteLine, time).Run(stop.Token);

            void Stop(PosixSignalContext signal)
            {
                signal.Cancel = true;
                stop.Cancel();
            }
        }
        catch (ArgumentException e)
        {
            Console.Error.WriteLine(e.Message);
            return UsageError;
        }
    }

    /// <summary>Makes this the only host of the state folder, or ends the program.</summary>
    public static async Task Claim(StateFolder state)
    {
        state.Folder("logs");
        _lock = TryLock(state);
        if (_lock is null)
        {
            Console.Error.WriteLine($"Already running from {state.Path}; stop it with ./sov down.");
            Environment.Exit(1);
        }

        await Leftovers.End(state, TimeProvider.System);
    }

    private static async Task<int> Detach(string[] args, StateFolder state, TimeProvider time)
    {
        var known = new StatusFile(state).ReadHost()?.Host;
        if (known is not { IsAlive: true })
        {
            state.Folder("logs");
            var start = new ProcessStartInfo("/bin/sh",
            [
                "-c", "setsid \"$@\" >\"$0\" 2>&1 </dev/null &", state.Log("host"),
                "dotnet", typeof(Commands).Assembly.Location, .. args.Where(arg => arg != "--detach"),
            ]);
            start.Environment["SOV_STATE"] = state.Path;
            using var shell = Process.Start(start)!;
            await shell.WaitForExitAsync();
        }

        var running = known is { IsAlive: true };
        var exitCode = await Wait(state, running ? null : known, time);
        foreach (var note in running || exitCode != 0 ? [] : File.ReadLines(state.Log("host")).Where(line => line.StartsWith("note: ", StringComparison.Ordinal)))
        {
            Console.Error.WriteLine(note);
        }

        return exitCode;
    }

    /// <summary>Shows the parts as they come up, then the gateway's address.</summary>
    private static async Task<int> Wait(StateFolder state, LiveProcess? stale, TimeProvider time)
    {
        var begin = time.GetTimestamp();
        var file = new StatusFile(state);
        var shown = new Dictionary<string, string>();
        while (true)
        {
            var host = file.ReadHost() is { } written && written.Host != stale ? written : null;
            if (host is { Host.IsAlive: true })
            {
                foreach (var part in file.ReadStatus().Parts.Where(part => part.Health is not ("waiting" or "starting")))
                {
                    if (shown.GetValueOrDefault(part.Name) != part.Health)
                    {
                        shown[part.Name] = part.Health;
                        Console.Error.WriteLine(FormattableString.Invariant(
                            $"{time.GetElapsedTime(begin).TotalSeconds,6:0.0} s  {part.Name} {part.Health}"));
                    }
                }

                if (host.Ready)
                {
                    Console.WriteLine(file.ReadStatus().Gateway ?? "ready");
                    return 0;
                }
            }
            else if (host is not null || time.GetElapsedTime(begin) > TimeSpan.FromSeconds(20) || shown.Count > 0)
            {
                Console.Error.WriteLine($"It did not start. Last lines of {state.Log("host")}:");
                foreach (var line in File.Exists(state.Log("host")) ? File.ReadLines(state.Log("host")).TakeLast(15) : [])
                {
                    Console.Error.WriteLine($"  {line}");
                }

                return 1;
            }

            if (time.GetElapsedTime(begin) > TimeSpan.FromMinutes(5))
            {
                Console.Error.WriteLine("Not up within 5 minutes:");
                foreach (var part in file.ReadStatus().Parts.Where(part => part.Health != "healthy"))
                {
                    Console.Error.WriteLine($"  {part.Name} {part.Health}: {part.Log}");
                }

                return 1;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), time);
        }
    }

    private static async Task<int> Down(StateFolder state, TimeProvider time)
    {
        var file = new StatusFile(state);
        var ran = false;
        if (file.ReadHost() is { Host.IsAlive: true } host)
        {
            ran = true;
            host.Host.Signal("TERM");
            if (!await host.Host.HasEnded(TimeSpan.FromSeconds(60), time))
            {
                host.Host.Signal("KILL");
                await host.Host.HasEnded(TimeSpan.FromSeconds(5), time);
            }
        }

        ran |= await Leftovers.End(state, time) > 0;
        file.Clear();
        Console.Error.WriteLine(ran ? "stopped" : "not running");
        return 0;
    }

    private static int PrintStatus(Status status)
    {
        foreach (var part in status.Parts)
        {
            Console.WriteLine($"{part.Name,-28} {part.Health,-10} {part.Pid?.ToString() ?? "-",8}  {part.Url}");
        }

        return Print(status.Gateway ?? (status.Parts is [] ? "not running" : "running without the gateway"));
    }

    private static Status RequireRunning(StatusFile file) =>
        file.ReadStatus() is { Parts: not [] } status ? status : throw new InvalidOperationException("Not running; start it with ./sov up.");

    private static int Print(string line)
    {
        Console.WriteLine(line);
        return 0;
    }

    private static FileStream? TryLock(StateFolder state)
    {
        try
        {
            return new FileStream(Path.Combine(state.Folder(), "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>All addresses with their passwords, for the command line and for tests.</summary>
    private static void WriteConnections(StateFolder state) =>
        StateFolder.WriteSecret(state.File("connections.json"), JsonSerializer.Serialize(new
        {
            gateway = $"https://localhost:{state.Port("gateway")}",
            authority = state.Certificates.Authority,
            issuerPassword = state.Secret("issuer-password"),
            amqp = BrokerUser.All.ToDictionary(user => user.Name, user => Broker.Uri(state, user.Name)),
            dsn = DatabaseServer.Roles.Keys.ToDictionary(role => role, role => DatabaseServer.Uri(state, role)),
        }));

    private static void RotateLogs(IEnumerable<ProcessResource> resources, StateFolder state)
    {
        foreach (var log in resources.Select(resource => state.Log(resource.Name)).Where(File.Exists))
        {
            File.Move(log, log + ".1", overwrite: true);
        }
    }
}

internal sealed record UpOptions(bool Detach, IReadOnlyList<string>? Only)
{
    public static UpOptions Parse(string[] args)
    {
        var options = new UpOptions(false, null);
        for (var i = args is ["up", ..] ? 1 : 0; i < args.Length; i++)
        {
            options = args[i] switch
            {
                "--detach" => options with { Detach = true },
                "--only" when i + 1 < args.Length => options with { Only = args[++i].Split(',', StringSplitOptions.RemoveEmptyEntries) },
                var other => throw new ArgumentException($"up does not know '{other}'; it takes --detach and --only PART,PART."),
            };
        }

        return options;
    }
}
