using System.Collections.Concurrent;
using System.Text.Json;
using Npgsql;
using Sovereignty.AuditService.Checkpoints;
using Sovereignty.AuditService.Keys;
using Sovereignty.Contracts;
using Sovereignty.TransparencyLog.Verification;

namespace Sovereignty.AuditService.Verification;

/// <summary><c>verify [--json]</c>: recomputes the whole log in the database. The exit code is the verdict; 64 for wrong usage, 69 where the log cannot be read.</summary>
internal static class VerifyCommand
{
    private const int Usage = 64;
    private const int Unavailable = 69;
    private const int ProgressEvery = 100_000;

    public static async Task<int> Run(IConfiguration configuration, string[] args, TextWriter output, TextWriter error, CancellationToken ct)
    {
        if (args is not ([] or ["--json"]))
        {
            await error.WriteLineAsync("usage: verify [--json]");
            return Usage;
        }

        var options = configuration.GetSection(AuditOptions.Section).Get<AuditOptions>() ?? new();
        if (configuration.GetConnectionString("database-read") is not { } connectionString
            || options is { Origin: "" } or { KeyFolder: "" } or { MasterKey: "" } or { SigningKeyFile: "" })
        {
            await error.WriteLineAsync("Set ConnectionStrings__database-read, AUDIT__ORIGIN, AUDIT__KEYFOLDER, AUDIT__MASTERKEY and AUDIT__SIGNINGKEYFILE.");
            return Usage;
        }

        if (!File.Exists(options.SigningKeyFile))
        {
            await error.WriteLineAsync("There is no signing key at Audit:SigningKeyFile, so that no checkpoint can be checked. It is made when the service starts first.");
            return Unavailable;
        }

        LogReport report;
        try
        {
            await using var database = NpgsqlDataSource.Create(connectionString);
            report = await Verify(database, options, Progress(error), ct);
        }
        catch (Exception exception)
        {
            // Only a verdict says that the log is invalid; whatever else happens is no verdict.
            await error.WriteLineAsync($"The log cannot be read: {(exception is AggregateException several ? several.Flatten().InnerExceptions[0] : exception).Message}");
            return Unavailable;
        }

        await output.WriteLineAsync(args is ["--json"] ? Json(report) : Text(report));
        return (int)report.Verdict;
    }

    public static async Task<LogReport> Verify(NpgsqlDataSource database, AuditOptions options, Action<long, long>? progress, CancellationToken ct)
    {
        var master = MasterKey.Parse(options.MasterKey);
        var store = new KeyStore(options.KeyFolder, master, TimeProvider.System);
        var keys = new ConcurrentDictionary<string, byte[]?>(StringComparer.Ordinal);
        using var signer = SigningKey.Open(options.SigningKeyFile, options.Origin);
        await using var source = new DatabaseLogSource(database, new CheckpointFile(options.EffectiveCheckpointFile), new SearchTokens(master));
        return await new LogVerifier(source, options.Origin, signer.Verifier, id => keys.GetOrAdd(id, store.Find)).Verify(progress, ct);
    }

    private static Action<long, long> Progress(TextWriter error)
    {
        var next = ProgressEvery;
        return (done, total) =>
        {
            if (done >= next)
            {
                error.WriteLine($"{done:N0} of {total:N0} entries");
                next += ProgressEvery;
            }
        };
    }

    private static string Json(LogReport report) =>
        JsonSerializer.Serialize(
            new
            {
                report.Verdict,
                report.Entries,
                Root = report.Root?.ToBase64(),
                report.Checkpoints,
                report.BodiesOpened,
                report.BodiesWithoutKey,
                report.InFlight,
                report.FindingCount,
                report.Findings,
            },
            ContractJson.Options);

    private static string Text(LogReport report)
    {
        var lines = report.Findings.Select(finding => finding.Message).ToList();
        if (report.FindingCount > lines.Count)
        {
            lines.Add($"... and {report.FindingCount - lines.Count:N0} more.");
        }

        if (report.InFlight > 0)
        {
            lines.Add($"{report.InFlight:N0} events that services numbered are not in the log yet; they are in flight.");
        }

        lines.Add($"{report.Entries:N0} entries, {report.Checkpoints:N0} checkpoints, {report.BodiesOpened:N0} bodies opened, {report.BodiesWithoutKey:N0} without key; root {report.Root?.ToBase64() ?? "unknown"}");
        lines.Add(report.Verdict.ToString().ToLowerInvariant());
        return string.Join(Environment.NewLine, lines);
    }
}
