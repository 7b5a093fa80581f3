namespace Sovereignty.Witness;

/// <summary>What <c>add-checkpoint</c> says.</summary>
/// <param name="Verdict">The decision.</param>
/// <param name="HeldSize">Size of the checkpoint cosigned last; 0 where none was.</param>
/// <param name="Cosignature">The signature line, where it was cosigned.</param>
internal sealed record Answer(Verdict Verdict, long HeldSize, string? Cosignature);
