namespace Sovereignty.PolicyService.Evaluation;

/// <summary>What a rule says. A lower value beats a higher one where several rules speak about one copy.</summary>
internal enum Effect
{
    Forbid,
    Unknown,
    Permit,
    Silent,
}

/// <summary>
/// What one rule says about one copy, or about the placement as a whole (no copy).
/// The sentence is made only for the finding that is told: most are made to list regions.
/// </summary>
internal sealed record Finding(Effect Effect, string Code, Func<string> Sentence, CopyKind? Copy = null, string? Region = null);
