using Sovereignty.Contracts.Residency;
using Sovereignty.Contracts.Access;

namespace Sovereignty.Evaluation.Access;

/// <summary>What one rule says to an access, and the facts it rests on.</summary>
public sealed record AccessFinding(Effect Effect, string Code, string Sentence, params LegalFact[] Facts)
{
    /// <summary>The moment until which a transfer is covered; null for no end.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Whether a shorter access would not be refused.</summary>
    public bool ShorterWouldDo => Code == AccessCodes.DurationTooLong || Until is not null;
}
