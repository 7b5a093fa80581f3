namespace Sovereignty.Evaluation.Simulation;

/// <summary>Stored data that one decision holds for: one tenant, type, level and origin, in the same places. The placement has no data id.</summary>
public sealed record CorpusCell(long Id, Placement Placement, long Placements);
