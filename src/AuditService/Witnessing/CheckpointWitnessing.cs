using Sovereignty.Contracts;
using Sovereignty.Contracts.Audit;
using Sovereignty.TransparencyLog;

namespace Sovereignty.AuditService.Witnessing;

/// <summary>
/// Offers each signed checkpoint to every witness of the policy at once, and gathers what they say. Nothing waits for it:
/// the log appends and signs whether witnesses answer or not, and one that is slow or away holds up no other.
/// </summary>
internal sealed partial class CheckpointWitnessing(
    WitnessPolicy policy, CosignedCheckpoints checkpoints, WitnessClient client, IRefusalAlarm alarm, TimeSpan interval, TimeSpan patience, TimeProvider time, ILogger<CheckpointWitnessing> logger) : BackgroundService
{
    private const int MostAttempts = 3;
    private const string ServiceName = "audit-service";

    private readonly WitnessStanding[] _witnesses = [.. policy.Reachable.Select(witness => new WitnessStanding(witness, policy.JurisdictionOf(witness)))];
    private readonly QuorumLag _lag = new();
    private SignedNote? _target;
    private DateTimeOffset _targetSince;
    private volatile bool _targetIsDone;

    public IReadOnlyList<WitnessStanding> Witnesses => _witnesses;

    /// <summary>How long the log is ahead of its newest checkpoint with quorum.</summary>
    public TimeSpan Behind => _lag.At(time.GetUtcNow());

    /// <summary>Why no witness is asked; null while they are.</summary>
    public string? Problem { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_witnesses.Length == 0)
        {
            return;
        }

        using var timer = new PeriodicTimer(interval, time);
        try
        {
            do
            {
                try
                {
                    await Offer(stoppingToken);
                    Problem = null;
                }
                catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
                {
                    Problem = exception.Message;
                    LogWaits(exception.Message);
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        finally
        {
            await Task.WhenAll(_witnesses.Select(witness => witness.Submission));
        }
    }

    // Witnesses make a quorum only over the same checkpoint: all get the same one, until it has its quorum or has had its time.
    private async Task Offer(CancellationToken ct)
    {
        if (await checkpoints.ReadNewest(ct) is not { } newest)
        {
            return;
        }

        var now = time.GetUtcNow();
        _lag.See(SizeOf(newest), await checkpoints.NewestWitnessed(ct) is { } witnessed ? SizeOf(witnessed) : null, now);
        if (_target is null || (_target.Text != newest.Text && (_targetIsDone || now - _targetSince > patience)))
        {
            (_target, _targetSince, _targetIsDone) = (newest, now, false);
        }

        foreach (var witness in _witnesses.Where(witness => witness.IsDue(_target, now)))
        {
            witness.Submission = Submit(witness, _target, ct);
        }
    }

    private static long SizeOf(SignedNote note) => Checkpoint.Parse(note.Text)!.Size;

    private async Task Submit(WitnessStanding witness, SignedNote note, CancellationToken ct)
    {
        try
        {
            await Offer(witness, note, Checkpoint.Parse(note.Text)!, ct);
        }
        catch (Exception exception) when (!ct.IsCancellationRequested)
        {
            Fail(witness, exception.Message);
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task Offer(WitnessStanding witness, SignedNote note, Checkpoint checkpoint, CancellationToken ct)
    {
        for (var attempt = 1; attempt <= MostAttempts; attempt++)
        {
            var old = Math.Min(witness.Held, checkpoint.Size);
            switch (await client.Submit(witness.Witness, old, await checkpoints.Proof(old, checkpoint.Size, ct), note, ct))
            {
                case Cosigned cosigned:
                    if (await checkpoints.Add(note, cosigned.Line, witness.Witness.Key, ct))
                    {
                        _targetIsDone = true;
                    }

                    witness.Cosigned(note, checkpoint.Size, time.GetUtcNow());
                    return;
                case OtherSize(var held) when held <= checkpoint.Size:
                    witness.Held = held;
                    break;
                case OtherSize(var held) when held <= await checkpoints.LargestPromised(ct):
                    // Another instance offered a later one in the meantime.
                    witness.Held = held;
                    _targetIsDone = true;
                    return;
                case OtherSize(var held):
                    await Refuse(witness, checkpoint, 409, held, ct);
                    return;
                case Contradicted(var held):
                    await Refuse(witness, checkpoint, 422, held, ct);
                    return;
                case Failed(var reason):
                    Fail(witness, reason);
                    return;
            }
        }

        Fail(witness, "holds another size each time");
    }

    private async Task Refuse(WitnessStanding witness, Checkpoint offered, int status, long held, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var isProven = await client.Newest(witness.Witness, offered.Origin, ct) is { } shown && await checkpoints.ProvesAnotherHistory(shown, ct);
        var refusal = !isProven
            ? $"The witness {witness.Witness.Name} refuses the log with {status} and shows no checkpoint of it that the log contradicts. Ask those who run the witness."
            : status == 409
                ? $"The witness {witness.Witness.Name} cosigned {held} entries; the log has {offered.Size}: it was cut, or rolled back to an old copy. Run the audit verification."
                : $"The witness {witness.Witness.Name} cosigned {held} entries that the log now contradicts. Run the audit verification.";
        if (witness.Refused(refusal, isProven, now))
        {
            LogRefused(witness.Witness.Name, witness.Jurisdiction, offered.Size, held, status, isProven);
        }

        await alarm.Raise(
            new()
            {
                OccurredAt = now,
                TenantId = null,
                Actor = Actor.Service(ServiceName),
                Log = offered.Origin,
                Witness = witness.Witness.Key.Name,
                Jurisdiction = witness.Jurisdiction,
                OfferedSize = offered.Size,
                OfferedRoot = offered.Root.ToBase64(),
                HeldSize = held,
                Status = status,
            },
            ct);
    }

    private void Fail(WitnessStanding witness, string reason)
    {
        if (witness.Failed(reason, interval, time.GetUtcNow()))
        {
            LogAway(witness.Witness.Name, witness.Jurisdiction, reason);
        }
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "The witness {Witness} ({Jurisdiction}) refused the checkpoint over {Offered} entries with {Status}; it holds {Held}; another history is proven: {IsProven}")]
    private partial void LogRefused(string witness, string jurisdiction, long offered, long held, int status, bool isProven);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The witness {Witness} ({Jurisdiction}) cosigns nothing for now: {Reason}")]
    private partial void LogAway(string witness, string jurisdiction, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Witnesses are asked at the next interval: {Reason}")]
    private partial void LogWaits(string reason);
}
