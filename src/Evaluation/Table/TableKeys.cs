using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Residency;

namespace Sovereignty.Evaluation.Table;

/// <summary>A <see cref="PlacementCell"/> in the numbers of one table.</summary>
public readonly record struct CellKey(int Tenant, int DataType, int Origin, int Level);

/// <summary>A region in the numbers of one table: its column, and where its code stands among all codes, registered or not.</summary>
public readonly record struct RegionKey(ushort Column, ushort Order);

/// <summary>A copy in the numbers of one table.</summary>
public readonly record struct CopyKey(CopyKind Kind, RegionKey Region);

/// <summary>A placement in the numbers of one table.</summary>
public readonly record struct PlacementKey(CellKey Cell, CopyKey[] Copies);

/// <summary>What of a decision takes no sentences: the policy is null where none applies or none was asked.</summary>
public readonly record struct TableDecision(DecisionOutcome Outcome, string Code, ResidencyPolicy? Policy, LegalFact? Fact = null);
