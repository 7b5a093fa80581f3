using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Sovereignty.AuditService.Checkpoints;
using Sovereignty.AuditService.LogTiles;
using Sovereignty.TransparencyLog;
using Sovereignty.TransparencyLog.Policy;

namespace Sovereignty.AuditService.Drill;

/// <summary>A checkpoint of the running log where no thief of it can reach.</summary>
/// <param name="Holder">Who has it, as the drill names the control.</param>
/// <param name="Checkpoint">The checkpoint.</param>
internal sealed record HeldCheckpoint(string Holder, Checkpoint Checkpoint)
{
    /// <summary>What the control is called where no witness has one: a copy that an auditor would have taken away.</summary>
    public const string Elsewhere = "checkpoint held elsewhere";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>The newest checkpoint of the file, taken away before anything is tampered with.</summary>
    public static HeldCheckpoint? Exported(AuditOptions options)
    {
        using var signer = SigningKey.Open(options.SigningKeyFile, options.Origin);
        return new CheckpointFile(options.EffectiveCheckpointFile).Newest(signer.Verifier) is { Size: > 0 } newest ? new(Elsewhere, newest) : null;
    }

    /// <summary>What the witnesses of a policy have cosigned; without those that do not answer.</summary>
    /// <exception cref="PolicyFormatException">The file is not a policy.</exception>
    public static async Task<IReadOnlyList<HeldCheckpoint>> OfWitnesses(string policyFile, string origin, CancellationToken ct)
    {
        var policy = TlogPolicy.Parse(await File.ReadAllBytesAsync(policyFile, ct));
        using var http = new HttpClient { Timeout = Patience };
        var held = new List<HeldCheckpoint>();
        foreach (var witness in policy.Witnesses.Where(witness => witness.Url is not null))
        {
            var address = $"{witness.Url!.TrimEnd('/')}/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(origin)))}/checkpoint";
            try
            {
                if (SignedNote.Parse(await http.GetByteArrayAsync(address, ct)) is { } note
                    && note.Verify([.. policy.Logs.Select(log => log.Key), witness.Key]).Any(key => key == witness.Key)
                    && Checkpoint.Parse(note.Text) is { Size: > 0 } checkpoint && checkpoint.Origin == origin)
                {
                    held.Add(new($"{witness.Name} (witness)", checkpoint));
                }
            }
            catch (Exception exception) when (exception is HttpRequestException || (exception is OperationCanceledException && !ct.IsCancellationRequested))
            {
                // A witness that is away has nothing to say; that none has is told by the control's name.
            }
        }

        return held;
    }

    /// <summary>Whether the log as it stands continues the one that this checkpoint was signed over.</summary>
    public async Task<bool> IsContinued(NpgsqlDataSource database, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var command = new NpgsqlCommand("SELECT size, root FROM audit.head WHERE id = 1", connection);
        long size;
        MerkleHash root;
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            if (!await reader.ReadAsync(ct))
            {
                return false;
            }

            (size, root) = (reader.GetInt64(0), new MerkleHash(reader.GetFieldValue<byte[]>(1)));
        }

        if (size < Checkpoint.Size)
        {
            return false;
        }

        var tree = new TileTree(size, async (tile, token) => await TileReader.Read(connection, tile, token));
        return MerkleProof.VerifyConsistency(Checkpoint.Size, size, await tree.ConsistencyProof(Checkpoint.Size, ct), Checkpoint.Root, root);
    }
}
