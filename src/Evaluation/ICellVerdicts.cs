using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Regions;
using Sovereignty.Contracts.Residency;

namespace Sovereignty.Evaluation;

/// <summary>What one epoch says about one cell.</summary>
public interface ICellVerdicts
{
    ResidencyPolicy? Policy { get; }

    /// <summary>The facts that concern the cell, by id.</summary>
    IReadOnlyList<LegalFact> Facts { get; }

    /// <summary>Null where the level is unknown, or where its rules leave nothing.</summary>
    Obligations? Obligations { get; }

    Verdict Judge(CopyKind copy, string region);

    /// <summary>The active regions that may hold a copy, by code.</summary>
    IEnumerable<Region> Permitted(CopyKind copy);
}
