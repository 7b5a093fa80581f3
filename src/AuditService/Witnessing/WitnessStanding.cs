using Sovereignty.TransparencyLog;
using Sovereignty.TransparencyLog.Policy;

namespace Sovereignty.AuditService.Witnessing;

/// <summary>How it stands with one witness. Only the submission that is under way changes it.</summary>
internal sealed class WitnessStanding(PolicyWitness witness, string jurisdiction)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private DateTimeOffset _notBefore = DateTimeOffset.MinValue;
    private int _failures;

    public PolicyWitness Witness => witness;

    public string Jurisdiction => jurisdiction;

    /// <summary>Size of the checkpoint it holds, as far as is known; where that is wrong it says so.</summary>
    public long Held { get; set; }

    /// <summary>The checkpoint it cosigned last, since the service runs.</summary>
    public string? CosignedText { get; private set; }

    /// <summary>Why it refuses the log; null while it does not.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Why it did not answer; null while it does.</summary>
    public string? Failure { get; private set; }

    public Task Submission { get; set; } = Task.CompletedTask;

    public bool IsDue(SignedNote target, DateTimeOffset now) => Submission.IsCompleted && CosignedText != target.Text && now >= _notBefore;

    public void Cosigned(SignedNote note, long size)
    {
        (CosignedText, Held, Refusal, Failure, _failures, _notBefore) = (note.Text, size, null, null, 0, DateTimeOffset.MinValue);
    }

    /// <returns>Whether it had not refused before.</returns>
    public bool Refused(string refusal, DateTimeOffset now)
    {
        var isNew = Refusal != refusal;
        (Refusal, Failure, _notBefore) = (refusal, null, now + LongestPause);
        return isNew;
    }

    /// <returns>Whether it had not failed before.</returns>
    public bool Failed(string reason, TimeSpan firstPause, DateTimeOffset now)
    {
        var isNew = Failure is null;
        Failure = reason;
        _notBefore = now + TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, firstPause.Ticks << Math.Min(_failures, 20)));
        _failures++;
        return isNew;
    }
}
