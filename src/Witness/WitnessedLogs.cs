using System.Security.Cryptography;
using System.Text;
using Sovereignty.TransparencyLog;

namespace Sovereignty.Witness;

/// <summary>The logs under watch, and the key that cosigns them. One process alone may hold the state.</summary>
internal sealed class WitnessedLogs : IDisposable
{
    private readonly Dictionary<string, WitnessedLog> _byOrigin;
    private readonly Dictionary<string, WitnessedLog> _byHash;
    private readonly CosignatureSigner _signer;
    private readonly FileStream _alone;

    private WitnessedLogs(IReadOnlyList<WitnessedLog> logs, CosignatureSigner signer, FileStream alone)
    {
        _byOrigin = logs.ToDictionary(log => log.Origin, StringComparer.Ordinal);
        _byHash = logs.ToDictionary(log => HashOf(log.Origin), StringComparer.Ordinal);
        _signer = signer;
        _alone = alone;
    }

    public IEnumerable<WitnessedLog> All => _byOrigin.Values;

    public NoteVerifier Verifier => _signer.Verifier;

    public static WitnessedLogs Open(WitnessOptions options, TimeProvider time, ILogger<WitnessedLog> logger)
    {
        var keys = options.Logs.Select(text => NoteVerifier.Parse(text) is { Type: NoteKeyType.Ed25519 } key ? key : throw new InvalidDataException($"Witness:Logs has '{text}', which is no log's verifier key.")).ToList();
        Directory.CreateDirectory(options.StateFolder);
        var alone = new FileStream(Path.Combine(options.StateFolder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        var signer = new CosignatureSigner(options.Name, PrivateKeyFile.Open(options.KeyFile), time);

        // Beside the key, so that who loses the state and keeps the key cannot begin anew with it.
        var begun = options.KeyFile + ".logs";
        var logs = keys.GroupBy(key => key.Name, StringComparer.Ordinal).Select(group =>
        {
            var folder = Path.Combine(options.StateFolder, HashOf(group.Key));
            var state = new LogState(Path.Combine(folder, "checkpoint"), group.Key, [.. group]);
            if (!File.Exists(begun) || !File.ReadAllLines(begun).Contains(group.Key))
            {
                if (!state.Exists)
                {
                    state.Begin();
                }

                DurableFile.AppendLine(begun, Encoding.UTF8.GetBytes(group.Key));
            }

            return WitnessedLog.Open(group.Key, [.. group], signer, state, new Evidence(Path.Combine(folder, "evidence"), options.MostEvidence, time), logger);
        });
        return new WitnessedLogs([.. logs], signer, alone);
    }

    public WitnessedLog? OfOrigin(string origin) => _byOrigin.GetValueOrDefault(origin);

    public WitnessedLog? OfHash(string hash) => _byHash.GetValueOrDefault(hash);

    public void Dispose()
    {
        _signer.Dispose();
        _alone.Dispose();
    }

    private static string HashOf(string origin) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(origin)));
}
