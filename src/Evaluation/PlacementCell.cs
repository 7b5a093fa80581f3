using Sovereignty.Contracts.Data;

namespace Sovereignty.Evaluation;

/// <summary>What of a placement decides besides where its copies are.</summary>
public readonly record struct PlacementCell(string TenantId, string DataType, ClassificationLevel? Level, string? OriginCountry);
