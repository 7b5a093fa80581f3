using Sovereignty.Contracts.Data;

namespace Sovereignty.Evaluation;

public static class Outcomes
{
    /// <summary>Whether the data may be stored; the other three reject it.</summary>
    public static bool Admits(this DecisionOutcome outcome) => outcome is DecisionOutcome.Allow or DecisionOutcome.AllowWithObligations;
}
