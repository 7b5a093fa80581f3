namespace Sovereignty.Cli.Bench.Enforcement;

/// <summary>What enforcing grants costs, and how soon a revoke is felt.</summary>
internal static class EnforcementBench
{
    public static readonly string[] Names = ["check", "http", "revoke"];

    public static Task<int> Run(string name, EnforcementPlan plan, bool json, CancellationToken cancellationToken) => name switch
    {
        "check" => Task.FromResult(CheckBench.Run(json)),
        "http" => HttpCheckBench.Run(plan, json, cancellationToken),
        _ => RevokeBench.Run(plan, json, cancellationToken),
    };
}

/// <param name="Grants">Active grants beside which is measured.</param>
/// <param name="Rate">Checks offered in a second.</param>
/// <param name="Seconds">For how long.</param>
/// <param name="Revokes">How many grants are revoked.</param>
internal sealed record EnforcementPlan(int Grants, int Rate, int Seconds, int Revokes);
