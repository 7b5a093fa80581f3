using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Residency;

namespace Sovereignty.Evaluation.Table;

/// <summary>What the compiler hands to a table. Rows are offsets into their cells; equal rows are there once.</summary>
internal sealed record TableContent
{
    public required Numbers Tenants { get; init; }

    public required Numbers Types { get; init; }

    /// <summary>Numbered from 1: 0 is no origin.</summary>
    public required Numbers Origins { get; init; }

    public required string[] RegionCodes { get; init; }

    /// <summary>By tenant; the last is for tenants without a policy or choice of their own.</summary>
    public required TenantEntry[] TenantEntries { get; init; }

    /// <summary>By type; the last is for types that neither policy nor fact names.</summary>
    public required TypeEntry[] TypeEntries { get; init; }

    public required int[] OwnTypes { get; init; }

    public required int[] OwnPolicies { get; init; }

    /// <summary>The last is none.</summary>
    public required ResidencyPolicy?[] Policies { get; init; }

    public required int[] PolicyRows { get; init; }

    /// <summary>By region and kind of copy, see <see cref="PolicyCell"/>.</summary>
    public required ushort[] PolicyCells { get; init; }

    public required LegalFact[][] Facts { get; init; }

    public required int[] FactRows { get; init; }

    /// <summary>By region, kind of copy and what the policy's mechanisms cover there: the verdict.</summary>
    public required ushort[] FactCells { get; init; }

    public required Obligations?[] Obligations { get; init; }

    /// <summary>The strongest first; of equal strength a fact's before the platform's.</summary>
    public required Verdict[] Verdicts { get; init; }

    /// <summary>After the regions: one for codes that are not registered, one for those that are no place.</summary>
    public const int ExtraColumns = 2;

    public static int UnknownColumn(int regions) => regions;

    public static int PseudoColumn(int regions) => regions + 1;

    public static int FactsIndex(int facts, int origins, int origin, int level) => (((facts * origins) + origin) * (DecisionTable.Levels + 1)) + level;

    public static int ObligationsIndex(int obligations, int level) => (obligations * (DecisionTable.Levels + 1)) + level;
}

/// <summary>A tenant's default policy or -1, its policies of one type, and where its obligations are.</summary>
internal readonly record struct TenantEntry(int Default, int OwnStart, int OwnCount, int Obligations);

/// <summary>The policy of a type where the tenant has none, and which types it counts as for facts.</summary>
internal readonly record struct TypeEntry(int Default, int Facts);
