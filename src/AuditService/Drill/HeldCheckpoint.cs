using Npgsql;
using Sovereignty.AuditService.Checkpoints;
using Sovereignty.AuditService.LogTiles;
using Sovereignty.AuditService.Witnessing;
using Sovereignty.TransparencyLog;
using Sovereignty.TransparencyLog.Policy;

namespace Sovereignty.AuditService.Drill;

/// <summary>A checkpoint of the running log where no thief of it can reach.</summary>
/// <param name="Holder">Who has it, as the drill names the control.</param>
/// <param name="Checkpoint">The checkpoint.</param>
/// <param name="Witness">The witness that has it; null where no witness does.</param>
internal sealed record HeldCheckpoint(string Holder, Checkpoint Checkpoint, PolicyWitness? Witness = null)
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
        using var client = new WitnessClient(Patience);
        var held = new List<HeldCheckpoint>();
        foreach (var witness in policy.Witnesses.Where(witness => witness.Url is not null))
        {
            // A witness that is away has nothing to say; that none has is told by the control's name.
            if (await client.Newest(witness, origin, ct) is { } note
                && note.Verify([.. policy.Logs.Select(log => log.Key), witness.Key]).Any(key => key == witness.Key)
                && Checkpoint.Parse(note.Text) is { Size: > 0 } checkpoint && checkpoint.Origin == origin)
            {
                held.Add(new($"{witness.Name} (witness)", checkpoint, witness));
            }
        }

        return held;
    }

    /// <summary>Whether a control is one of these: nothing within the log caught it.</summary>
    public static bool IsControl(string control) => control == Elsewhere || control.Contains("(witness)", StringComparison.Ordinal);

    /// <summary>
    /// Compares the log with this checkpoint. A witness is offered the next checkpoint of another history too, signed with the
    /// stolen key: it refuses, or it is no control.
    /// </summary>
    /// <returns>The control that caught the log; null where it continues this checkpoint, or the witness cosigned the other history.</returns>
    public async Task<string?> Catch(NpgsqlDataSource database, NoteSigner stolen, CancellationToken ct)
    {
        if (await LogHistory.Continues(database, Checkpoint, ct))
        {
            return null;
        }

        if (Witness is null)
        {
            return Holder;
        }

        await using var command = database.CreateCommand("SELECT root FROM audit.head WHERE id = 1");
        var fork = Checkpoint with { Root = new MerkleHash((byte[])(await command.ExecuteScalarAsync(ct))!) };
        using var http = new HttpClient { Timeout = Patience };
        return await ForkOffer.Submit(http, Witness, stolen, fork, ct) switch
        {
            null => Holder,
            200 => null,
            var status => $"{Holder} refused with {status}",
        };
    }
}
