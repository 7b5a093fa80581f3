using System.Diagnostics;

namespace Sovereignty.AppHost;

/// <summary>Where the programs lie that are not ours.</summary>
internal static class Programs
{
    public const string DatabaseAccount = "postgres";

    // Debian's /usr/sbin/rabbitmq-server would change the account; the program itself need not.
    public static string Broker() => Find("/usr/lib/rabbitmq/bin/rabbitmq-server") ?? OnPath("rabbitmq-server");

    public static string PortMapper() => Find("/usr/bin/epmd") ?? OnPath("epmd");

    /// <summary>A program of PostgreSQL, of the version that made the data if there are any, else the newest.</summary>
    public static string Database(string program, string data)
    {
        var version = Path.Combine(data, "PG_VERSION");
        if (File.Exists(version) && Find($"/usr/lib/postgresql/{File.ReadAllText(version).Trim()}/bin/{program}") is { } same)
        {
            return same;
        }

        var newest = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql")
                .OrderByDescending(folder => double.TryParse(Path.GetFileName(folder), out var number) ? number : 0)
                .Select(folder => Find(Path.Combine(folder, "bin", program)))
                .FirstOrDefault(found => found is not null)
            : null;
        return newest ?? OnPath(program);
    }

    /// <summary>The command that runs a program as another account, replacing itself by it.</summary>
    public static (string Command, string[] Arguments) As(string? account, string program, string[] arguments) =>
        account is null
            ? (program, arguments)
            : ("setpriv", [$"--reuid={account}", $"--regid={account}", "--init-groups", program, .. arguments]);

    public static async Task Run(string program, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            WorkingDirectory = "/",
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = await process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{Path.GetFileName(program)} ended with {process.ExitCode}: {error.Trim()} {(await output).Trim()}");
        }
    }

    private static string? Find(string path) => File.Exists(path) ? path : null;

    private static string OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Select(folder => Find(Path.Combine(folder, program)))
            .FirstOrDefault(found => found is not null)
        ?? program;
}
