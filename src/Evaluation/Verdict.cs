using Sovereignty.Contracts.Residency;

namespace Sovereignty.Evaluation;

/// <summary>What a rule says. A lower value beats a higher one where several rules speak about one copy.</summary>
public enum Effect
{
    Forbid,
    Unknown,
    Permit,

    /// <summary>A rule that could have said yes does not.</summary>
    Silent,

    /// <summary>Nothing at all: a rule that only ever refuses has nothing against it.</summary>
    None,
}

/// <summary>What the strongest rule says about one copy, and the fact it rests on where it is a law.</summary>
public readonly record struct Verdict(Effect Effect, string Code, LegalFact? Fact = null)
{
    public static readonly Verdict Nothing = new(Effect.None, "");
}

/// <summary>A verdict about a copy of the placement, or about the placement as a whole (no copy).</summary>
public sealed record Finding(Verdict Verdict, CopyKind? Copy = null, string? Region = null)
{
    public Effect Effect => Verdict.Effect;
}
