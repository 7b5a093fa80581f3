using Sovereignty.Contracts.Data;

namespace Sovereignty.Evaluation.Access;

/// <summary>What is known of classified data: its type, its level now, and where it was admitted, if it was.</summary>
public sealed record KnownAccessData(string DataType, ClassificationLevel Level, Placement? Placement = null);
