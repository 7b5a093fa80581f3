using Sovereignty.TransparencyLog;

namespace Sovereignty.Witness;

/// <summary>
/// One log under watch. A checkpoint is checked against the newest one, put on disk and only then cosigned, under one lock:
/// so no cosignature is ever given for what a crash could make forgotten, and no two for histories that contradict.
/// </summary>
internal sealed partial class WitnessedLog
{
    private const int MostAtOnce = 64;

    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly IReadOnlyList<NoteVerifier> _keys;
    private readonly CosignatureSigner _signer;
    private readonly LogState _state;
    private readonly Evidence _evidence;
    private readonly ILogger<WitnessedLog> _logger;
    private SignedNote? _note;
    private Checkpoint? _held;
    private int _atOnce;

    private WitnessedLog(string origin, IReadOnlyList<NoteVerifier> keys, CosignatureSigner signer, LogState state, Evidence evidence, ILogger<WitnessedLog> logger)
    {
        Origin = origin;
        _keys = keys;
        _signer = signer;
        _state = state;
        _evidence = evidence;
        _logger = logger;
    }

    public string Origin { get; }

    /// <summary>Why nothing of this log is cosigned; null while all is well.</summary>
    public string? Damage { get; private set; }

    public long HeldSize => Volatile.Read(ref _held)?.Size ?? 0;

    /// <summary>The newest checkpoint with the cosignature; null where none was cosigned.</summary>
    public SignedNote? Cosigned => Volatile.Read(ref _note);

    public static WitnessedLog Open(string origin, IReadOnlyList<NoteVerifier> keys, CosignatureSigner signer, LogState state, Evidence evidence, ILogger<WitnessedLog> logger)
    {
        var log = new WitnessedLog(origin, keys, signer, state, evidence, logger);
        try
        {
            log.Restore();
        }
        catch (InvalidDataException exception)
        {
            log.Damage = exception.Message;
            log.LogDamaged(origin, exception.Message);
        }

        return log;
    }

    /// <summary>Whether a key of the log signed the note, and none of them wrongly.</summary>
    public bool IsSigned(SignedNote note) => note.Verify(_keys).Count > 0;

    /// <param name="request">A checkpoint of this log, its signature verified.</param>
    /// <param name="ct">Cancels the wait for others' checkpoints.</param>
    /// <returns>The answer; null where too many wait already.</returns>
    public async Task<Answer?> Submit(AddCheckpointRequest request, CancellationToken ct)
    {
        try
        {
            return Interlocked.Increment(ref _atOnce) <= MostAtOnce ? await SubmitInTurn(request, ct) : null;
        }
        finally
        {
            Interlocked.Decrement(ref _atOnce);
        }
    }

    private async Task<Answer> SubmitInTurn(AddCheckpointRequest request, CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            var verdict = WitnessDecision.Of(_held, request.OldSize, request.Proof, request.Checkpoint);
            if (verdict == Verdict.Cosign && request.Note.Text == _note?.Text)
            {
                // Anybody can offer it again: nothing new is to be remembered.
                return new Answer(verdict, request.Checkpoint.Size, _signer.Sign(request.Note.Text).ToLine());
            }

            if (verdict == Verdict.Cosign)
            {
                var fromTheLog = request.Note.Only(_keys);
                _state.Write(fromTheLog);
                return new Answer(verdict, request.Checkpoint.Size, Cosign(fromTheLog, request.Checkpoint));
            }

            KeepEvidence(request, verdict);
            return new Answer(verdict, _held?.Size ?? 0, null);
        }
        finally
        {
            _one.Release();
        }
    }

    // What is on disk without a cosignature was decided on before a crash: it is cosigned now.
    private void Restore()
    {
        if (_state.Read() is not { } note)
        {
            return;
        }

        var checkpoint = Checkpoint.Parse(note.Text)!;
        switch (note.VerifySignatures(_signer.Verifier))
        {
            case null:
                throw new InvalidDataException("The cosignature of the newest checkpoint is damaged.");
            case []:
                Cosign(note.Only(_keys), checkpoint);
                break;
            default:
                (_held, _note) = (checkpoint, note);
                break;
        }
    }

    private string Cosign(SignedNote fromTheLog, Checkpoint checkpoint)
    {
        var cosignature = _signer.Sign(fromTheLog.Text);
        var cosigned = fromTheLog.With(cosignature);
        Volatile.Write(ref _held, checkpoint);
        _state.Write(cosigned);
        Volatile.Write(ref _note, cosigned);
        return cosignature.ToLine();
    }

    private void KeepEvidence(AddCheckpointRequest request, Verdict verdict)
    {
        if (!WitnessDecision.IsEvidence(_held, request.Checkpoint, verdict))
        {
            return;
        }

        var fork = WitnessDecision.ProvesFork(_held, request.Checkpoint);
        try
        {
            if (_evidence.Keep(request, request.Note.Only(_keys), _note, fork, verdict) is not null)
            {
                LogRefused(Origin, request.Checkpoint.Size, _held?.Size ?? 0, verdict, fork);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The refusal stands without it.
            LogNoEvidence(Origin, exception.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "Nothing of {Origin} is cosigned: {Reason}")]
    private partial void LogDamaged(string origin, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Refused a checkpoint of {Origin} over {Offered} entries, {Held} held: {Verdict}, fork proven: {Fork}")]
    private partial void LogRefused(string origin, long offered, long held, Verdict verdict, bool fork);

    [LoggerMessage(Level = LogLevel.Error, Message = "The evidence against {Origin} could not be kept: {Reason}")]
    private partial void LogNoEvidence(string origin, string reason);
}
