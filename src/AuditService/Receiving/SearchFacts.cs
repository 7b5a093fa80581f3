namespace Sovereignty.AuditService.Receiving;

/// <summary>What an event is found and counted by.</summary>
/// <param name="DataId">The data it is about.</param>
/// <param name="Regions">The regions it names.</param>
/// <param name="Actions">The actions it names.</param>
/// <param name="Facet">What reports tell events of one type apart by; never personal.</param>
internal sealed record SearchFacts(string? DataId, IReadOnlyList<string> Regions, IReadOnlyList<string> Actions, string? Facet);
