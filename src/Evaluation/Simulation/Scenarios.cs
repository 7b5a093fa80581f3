using Sovereignty.Contracts.Regions;
using Sovereignty.Contracts.Residency;

namespace Sovereignty.Evaluation.Simulation;

/// <summary>A what-if that is asked often, by name.</summary>
/// <param name="Name">The name.</param>
/// <param name="Description">What it supposes, as a sentence for people.</param>
/// <param name="NeedsRegion">Whether it is about a region that has to be named.</param>
public sealed record Scenario(string Name, string Description, bool NeedsRegion);

public static class Scenarios
{
    public const string UkAdequacyLapses = "uk-adequacy-lapses";
    public const string DpfAnnulled = "dpf-annulled";
    public const string RegionLost = "region-lost";

    public static IReadOnlyList<Scenario> All { get; } =
    [
        new(UkAdequacyLapses, "The decisions of adequacy for the United Kingdom are no more.", NeedsRegion: false),
        new(DpfAnnulled, "The decision of adequacy for the United States, which rests on the Data Privacy Framework, is no more.", NeedsRegion: false),
        new(RegionLost, "A region is cut off.", NeedsRegion: true),
    ];

    public static Scenario? Find(string? name) => All.FirstOrDefault(scenario => scenario.Name == name);

    /// <summary>What it adds to an overlay.</summary>
    public static Overlay AddTo(Overlay overlay, Scenario scenario, string? region, PolicySnapshot current) => scenario.Name switch
    {
        UkAdequacyLapses => WithoutAdequacy(overlay, "GB", current),
        DpfAnnulled => WithoutAdequacy(overlay, "US", current),
        _ => overlay with { Regions = [.. overlay.Regions, new() { Code = region, State = RegionState.Isolated }] },
    };

    private static Overlay WithoutAdequacy(Overlay overlay, string country, PolicySnapshot current) => overlay with
    {
        RemoveFacts =
        [
            .. overlay.RemoveFacts
                .Union(current.Facts.Where(fact => fact.Kind == LegalFactKinds.Adequacy && fact.To == country).Select(fact => fact.Id), StringComparer.Ordinal),
        ],
    };
}
