namespace Sovereignty.PolicyService.Evaluation;

/// <summary>What a rule says. A lower value beats a higher one where several rules speak about one copy.</summary>
internal enum Effect
{
    Forbid,
    Unknown,
    Permit,
    Silent,
}

/// <summary>What the strongest rule says about one copy, and the fact it rests on where it is a law.</summary>
internal readonly record struct Verdict(Effect Effect, string Code, LegalFact? Fact = null);

/// <summary>A verdict about a copy of the placement, or about the placement as a whole (no copy).</summary>
internal sealed record Finding(Verdict Verdict, CopyKind? Copy = null, string? Region = null)
{
    public Effect Effect => Verdict.Effect;
}
