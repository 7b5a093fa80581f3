using Npgsql;
using Sovereignty.AuditService.Checkpoints;
using Sovereignty.AuditService.Verification;
using Sovereignty.TransparencyLog.Verification;

namespace Sovereignty.AuditService.Drill;

/// <summary>Tries every tampering as every identity, each on a fresh copy of the log, and looks for what catches it.</summary>
/// <param name="ground">Where copies are made.</param>
/// <param name="options">Key folder, signing key and checkpoint file: copies too.</param>
/// <param name="held">Checkpoints out of the thief's reach; without any, a fork with the stolen key stays unseen.</param>
internal sealed class LogDrill(DrillGround ground, AuditOptions options, IReadOnlyList<HeldCheckpoint> held)
{
    private string? _clean;

    public async Task<IReadOnlyList<Attempt>> Run(string template, Action<Attempt>? done, CancellationToken ct, IReadOnlyList<Tampering>? tamperings = null)
    {
        Loot loot;
        await using (var connection = await ground.Open(Identity.Superuser, template, null, ct))
        {
            loot = await Loot.Take(connection, options, held, ct);
        }

        var attempts = new List<Attempt>();
        foreach (var tampering in tamperings ?? Tamperings.All)
        {
            foreach (var who in loot.Size < tampering.LeastSize ? [] : Enum.GetValues<Identity>())
            {
                attempts.Add(await Try(tampering, who, loot, ct));
                done?.Invoke(attempts[^1]);
            }
        }

        if (_clean is { } left)
        {
            await ground.Drop(left, ct);
        }

        return attempts;
    }

    private async Task<Attempt> Try(Tampering tampering, Identity who, Loot loot, CancellationToken ct)
    {
        var database = _clean ??= await ground.Make(ct);
        var own = Copy();
        try
        {
            var refusal = await Act(tampering, who, database, loot, own, disarmed: false, ct);
            if (refusal is null)
            {
                return new(tampering.Name, who, false, "went through", await Examine(database, own, ct));
            }

            if (who is Identity.Writer or Identity.Reader)
            {
                return new(tampering.Name, who, true, $"refused {refusal.SqlState}", [Controls.Of(refusal)]);
            }

            var disarming = await Act(tampering, who, database, loot, own, disarmed: true, ct);
            return disarming is null
                ? new(tampering.Name, who, false, $"refused {refusal.SqlState} ({Controls.Of(refusal)}); went through with the guards off", await Examine(database, own, ct))
                : new(tampering.Name, who, true, $"refused {refusal.SqlState}; {(who == Identity.Owner ? "switching the guards off" : "with the guards off")} {disarming.SqlState}", [.. new[] { Controls.Of(refusal), Controls.Of(disarming) }.Distinct()]);
        }
        finally
        {
            File.Delete(own.CheckpointFile);
        }
    }

    /// <summary>Gives why the database refused it, or null. A copy that was changed is not used again.</summary>
    private async Task<PostgresException?> Act(Tampering tampering, Identity who, string database, Loot loot, AuditOptions own, bool disarmed, CancellationToken ct)
    {
        await using var connection = await ground.Open(who, database, loot.Owner, ct);
        try
        {
            await using var transaction = await connection.BeginTransactionAsync(ct);
            var thief = new Thief(connection, loot, own);
            if (disarmed)
            {
                await thief.Disarm(eventTriggersToo: who == Identity.Superuser, ct);
            }

            await tampering.Act(thief, ct);
            await transaction.CommitAsync(ct);
            _clean = null;
            return null;
        }
        catch (PostgresException exception)
        {
            return exception;
        }
    }

    private async Task<IReadOnlyList<string>> Examine(string database, AuditOptions own, CancellationToken ct)
    {
        await using var source = NpgsqlDataSource.Create(ground.ConnectionString(Identity.Reader, database));
        List<string> controls;
        try
        {
            var report = await VerifyCommand.Verify(source, own, null, ct);
            controls = report.Verdict == LogVerdict.Valid ? [] : [.. report.Findings.Select(Controls.Of).Distinct()];
        }
        catch (Exception exception) when (exception is NpgsqlException or InvalidDataException)
        {
            controls = [Controls.Unreadable];
        }

        // They see the head and its proofs alone, so they are asked last.
        using var stolen = SigningKey.Open(own.SigningKeyFile, own.Origin);
        foreach (var holder in controls.Count == 0 ? held : [])
        {
            if (await holder.Catch(source, stolen, ct) is { } control)
            {
                controls.Add(control);
            }
        }

        await ground.Drop(database, ct);
        return controls;
    }

    private AuditOptions Copy()
    {
        var file = Path.Combine(Path.GetTempPath(), $"sov-drill-{Guid.NewGuid():n}.jsonl");
        File.Copy(options.EffectiveCheckpointFile, file);
        return new()
        {
            Origin = options.Origin,
            KeyFolder = options.KeyFolder,
            MasterKey = options.MasterKey,
            SigningKeyFile = options.SigningKeyFile,
            CheckpointFile = file,
        };
    }
}
