using Sovereignty.Contracts.Access;

namespace Sovereignty.Client;

/// <summary>The answer to an <see cref="AccessQuestion"/>.</summary>
/// <param name="Code">
/// <c>granted</c>, or why not: <c>use-required</c>, <c>action-not-covered</c>, <c>purpose-not-covered</c>, <c>region-not-covered</c>,
/// <c>suspended</c>, <c>not-started</c>, <c>exhausted</c>, <c>revoked</c>, <c>given-back</c>, <c>ended</c>, <c>not-granted</c>,
/// <c>snapshot-stale</c> (<see cref="AccessCodes"/>). Of several grants the one that comes closest to a yes is told of.
/// </param>
/// <param name="Grant">The grant that covers the use; with <c>use-required</c> it does so only for a use that is recorded. Null for every other refusal.</param>
public readonly record struct AccessAnswer(string Code, AccessGrant? Grant)
{
    /// <summary>Whether the data may be used so now, without more ado.</summary>
    public bool Allowed => Code == AccessCodes.Granted;
}
