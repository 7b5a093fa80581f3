using System.Diagnostics;
using System.Runtime.InteropServices;
using Npgsql;
using Sovereignty.AuditService.Verification;
using Sovereignty.TransparencyLog.Verification;

namespace Sovereignty.AuditService.Drill;

/// <summary>
/// <c>drill [--json]</c>: tampers with a clone of the running log in every way and says what catches it. 0 where each attempt was
/// caught, 1 where one was not, 64 for wrong usage, 69 where no drill was possible. The running log is verified before and after.
/// </summary>
internal static class DrillCommand
{
    private const int NotCaught = 1;
    private const int Usage = 64;
    private const int Unavailable = 69;

    public static async Task<int> Run(IConfiguration configuration, string[] args, TextWriter output, TextWriter error)
    {
        if (args is not ([] or ["--json"]))
        {
            await error.WriteLineAsync("usage: drill [--json]");
            return Usage;
        }

        var options = configuration.GetSection(AuditOptions.Section).Get<AuditOptions>() ?? new();
        if (configuration.GetConnectionString("admin") is not { } admin
            || configuration.GetConnectionString("database") is not { } writer
            || configuration.GetConnectionString("database-read") is not { } reader
            || options is { Origin: "" } or { KeyFolder: "" } or { MasterKey: "" } or { SigningKeyFile: "" })
        {
            await error.WriteLineAsync("Set ConnectionStrings__admin, ConnectionStrings__database, ConnectionStrings__database-read, AUDIT__ORIGIN, AUDIT__KEYFOLDER, AUDIT__MASTERKEY and AUDIT__SIGNINGKEYFILE.");
            return Usage;
        }

        // Interrupted, it still takes its clone away.
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            var clock = Stopwatch.StartNew();
            var (before, attempts, after) = await Run(admin, writer, reader, options, configuration["Audit:PolicyFile"], error, stop.Token);
            await output.WriteAsync(args is ["--json"] ? DrillText.Json(before, attempts, after) : DrillText.Table(before, attempts, after, clock.Elapsed));
            return attempts.All(attempt => attempt.Caught) && before.Verdict == LogVerdict.Valid && after.Verdict == LogVerdict.Valid ? 0 : NotCaught;
        }
        catch (Exception exception)
        {
            // Only a drill that ran says that something was not caught.
            await error.WriteLineAsync($"No drill: {exception.Message}");
            return Unavailable;
        }

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }

    private static async Task<(LogReport Before, IReadOnlyList<Attempt> Attempts, LogReport After)> Run(
        string admin, string writer, string reader, AuditOptions options, string? policyFile, TextWriter error, CancellationToken ct)
    {
        if (!File.Exists(options.SigningKeyFile))
        {
            throw new InvalidDataException("there is no signing key at Audit:SigningKeyFile. It is made when the service starts first.");
        }

        await using var running = NpgsqlDataSource.Create(reader);
        var before = await VerifyCommand.Verify(running, options, null, ct);
        var held = string.IsNullOrEmpty(policyFile) ? [] : await HeldCheckpoint.OfWitnesses(policyFile, options.Origin, ct);
        if (held.Count == 0)
        {
            held = HeldCheckpoint.Exported(options) is { } exported ? [exported] : [];
        }

        var folder = Directory.CreateTempSubdirectory("sov-drill-keys-").FullName;
        try
        {
            // The checkpoints before the clone, the keys after it: the file never speaks of entries that the clone has not, and no entry is without its key.
            var checkpoints = Path.Combine(folder, "checkpoints.jsonl");
            File.Copy(options.EffectiveCheckpointFile, checkpoints);
            await using var clone = await CloneServer.Start(admin, ct);
            var keys = Directory.CreateDirectory(Path.Combine(folder, "keys")).FullName;
            foreach (var file in Directory.GetFiles(options.KeyFolder))
            {
                File.Copy(file, Path.Combine(keys, Path.GetFileName(file)));
            }

            var signingKey = Path.Combine(folder, "signing-key");
            File.Copy(options.SigningKeyFile, signingKey);
            var copy = new AuditOptions { Origin = options.Origin, MasterKey = options.MasterKey, KeyFolder = keys, SigningKeyFile = signingKey, CheckpointFile = checkpoints };
            var template = new NpgsqlConnectionStringBuilder(reader).Database!;
            var drill = new LogDrill(new DrillGround(clone.Of(admin), clone.Of(writer), clone.Of(reader), template), copy, held);
            var attempts = await drill.Run(template, Progress(error), ct);
            return (before, attempts, await VerifyCommand.Verify(running, options, null, ct));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Action<Attempt> Progress(TextWriter error)
    {
        var last = "";
        return attempt =>
        {
            if (attempt.Tampering != last)
            {
                error.WriteLine(last = attempt.Tampering);
            }
        };
    }
}
