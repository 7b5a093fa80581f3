namespace Sovereignty.Messaging.Bench;

/// <summary>The product beside its reference. The ratio is the median of the rounds' ratios, so that what slows a whole round cancels out.</summary>
internal sealed record Figure(string Name, string Product, string Reference, int Count, IReadOnlyList<Measured> ProductRuns, IReadOnlyList<Measured> ReferenceRuns, double Goal, GoalKind Kind)
{
    public double Ratio => Measured.Middle(ProductRuns.Zip(ReferenceRuns, RatioOf));

    public string GoalText => Kind is GoalKind.AtLeast ? $"at least {Goal}" : $"at most {Goal}";

    // Where the goal is a limit, the ratio tells how many times slower the product is.
    private double RatioOf(Measured product, Measured reference) =>
        Kind is GoalKind.AtLeast ? product.PerSecond / reference.PerSecond : reference.PerSecond / product.PerSecond;
}

internal enum GoalKind
{
    AtLeast,
    AtMost,
}
