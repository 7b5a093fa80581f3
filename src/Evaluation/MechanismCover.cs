namespace Sovereignty.Evaluation;

/// <summary>What a policy's mechanisms do for a country: nothing, carry recipients that a decision covers by their certificate, or carry any.</summary>
public enum MechanismCover
{
    None,
    Certified,
    Any,
}
