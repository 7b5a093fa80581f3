using Sovereignty.TransparencyLog;
using Sovereignty.TransparencyLog.Policy;

namespace Sovereignty.AuditService.Witnessing;

/// <summary>How it stands with one witness. Only the submission that is under way changes it.</summary>
internal sealed class WitnessStanding(PolicyWitness witness, string jurisdiction)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private DateTimeOffset _notBefore = DateTimeOffset.MinValue;
    private DateTimeOffset _again;
    private int _failures;

    public PolicyWitness Witness => witness;

    public string Jurisdiction => jurisdiction;

    /// <summary>Size of the checkpoint it holds, as far as is known; where that is wrong it says so.</summary>
    public long Held { get; set; }

    /// <summary>The checkpoint it cosigned last, since the service runs.</summary>
    public string? CosignedText { get; private set; }

    /// <summary>Why it refuses the log; null while it does not.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Whether what it shows proves that it refuses rightly.</summary>
    public bool RefusalIsProven { get; private set; }

    /// <summary>Why it did not answer; null while it does.</summary>
    public string? Failure { get; private set; }

    public Task Submission { get; set; } = Task.CompletedTask;

    /// <summary>Whether to offer the target. One that it cosigned is offered again after a while: that it refuses now is seen though the log is quiet.</summary>
    public bool IsDue(SignedNote target, DateTimeOffset now) => Submission.IsCompleted && now >= _notBefore && (CosignedText != target.Text || now >= _again);

    public void Cosigned(SignedNote note, long size, DateTimeOffset now)
    {
        (CosignedText, Held, Refusal, RefusalIsProven, Failure, _failures, _notBefore) = (note.Text, size, null, false, null, 0, DateTimeOffset.MinValue);
        _again = now + LongestPause;
    }

    /// <returns>Whether it had not refused before.</returns>
    public bool Refused(string refusal, bool isProven, DateTimeOffset now)
    {
        var isNew = Refusal != refusal;
        (Refusal, RefusalIsProven, Failure, _notBefore) = (refusal, isProven, null, now + LongestPause);
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
