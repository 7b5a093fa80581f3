using Sovereignty.Contracts.Data;

namespace Sovereignty.Client;

/// <summary>What a platform service asks the platform. One for the whole process, safe for use by many at once.</summary>
public sealed class SovereigntyClient
{
    private readonly GrantReplica _replica;
    private readonly UseRecorder _uses;
    private readonly DataSubmission _submission;
    private readonly string _tenant;

    internal SovereigntyClient(GrantReplica replica, UseRecorder uses, DataSubmission submission, string tenant)
    {
        _replica = replica;
        _uses = uses;
        _submission = submission;
        _tenant = tenant;
    }

    /// <summary>Whether checks are answered. Put it into your readiness check, so that no traffic comes before the first snapshot.</summary>
    public bool IsFresh => _replica.IsFresh;

    /// <summary>How old the copy of the grants is; null while none was loaded.</summary>
    public TimeSpan? Age => _replica.Age;

    /// <summary>How many grants are held here.</summary>
    public int Grants => _replica.Count;

    /// <summary>Whether a person may use data now. Answered in this process, in less than a microsecond, and recorded nowhere.</summary>
    /// <param name="subject">The person, as the <c>sub</c> of their token.</param>
    /// <param name="dataId">The data.</param>
    /// <param name="region">The code of the region through which the data is seen.</param>
    /// <param name="purpose">For what, a code in kebab-case.</param>
    /// <param name="action">What is done, a code in kebab-case.</param>
    /// <returns>The answer. Anything but <see cref="AccessAnswer.Allowed"/> means no; <c>use-required</c> means: ask <see cref="UseAsync"/>.</returns>
    public AccessAnswer Check(string subject, string dataId, string region, string purpose, string action) =>
        _replica.Check(new(_tenant, subject, dataId, region, purpose, action));

    /// <summary>Checks a use at AccessService, counts it against the grant's budget, and has it recorded before it answers.</summary>
    /// <param name="use">The use.</param>
    /// <param name="useId">
    /// Names this one use: sent again within a day it counts once, and is allowed again only while its grant still covers it. 1 to 200
    /// visible ASCII characters. Null for a new one; it is sent again by itself until it is answered or <see cref="SovereigntyOptions.UseTimeout"/> is over.
    /// </param>
    /// <param name="cancellationToken">Ends the wait; whether the use was counted is then unknown.</param>
    /// <returns>Whether the data may be used so.</returns>
    /// <exception cref="SovereigntyException">No answer came in time, or the request itself was refused. Do not serve the data.</exception>
    public Task<UseAnswer> UseAsync(AccessUse use, string? useId = null, CancellationToken cancellationToken = default) =>
        _uses.Use(use, useId ?? Guid.NewGuid().ToString(), cancellationToken);

    /// <summary>
    /// Says what data is about to be stored, and waits for the decision. Safe to repeat: the same data id with the same content gets the
    /// first decision again, with other content it is rejected (<c>data-id-reused</c>).
    /// </summary>
    /// <param name="data">The data and where its copies would live.</param>
    /// <param name="cancellationToken">Ends the wait; the decision may be made all the same.</param>
    /// <returns>The decision. Store only with <see cref="DecisionOutcome.Allow"/> or <see cref="DecisionOutcome.AllowWithObligations"/>, and meet the obligations.</returns>
    /// <exception cref="SovereigntyException">No decision came within <see cref="SovereigntyOptions.DecisionTimeout"/>. Do not store the data.</exception>
    /// <exception cref="InvalidOperationException"><see cref="SovereigntyOptions.Broker"/> is not set.</exception>
    public Task<Decision> SubmitAsync(DataPlacement data, CancellationToken cancellationToken = default) =>
        _submission.Submit(data, cancellationToken);
}
