using System.Text.Json;
using Sovereignty.Contracts.Regions;

namespace Sovereignty.RegionService.Lifecycle;

/// <summary>States as they are written: in messages, in the database, in a query.</summary>
internal static class RegionStates
{
    private static readonly Dictionary<string, RegionState> ByName =
        Enum.GetValues<RegionState>().ToDictionary(state => JsonNamingPolicy.KebabCaseLower.ConvertName(state.ToString()));

    internal static IReadOnlyCollection<string> Names => ByName.Keys;

    internal static string NameOf(RegionState state) => JsonNamingPolicy.KebabCaseLower.ConvertName(state.ToString());

    internal static RegionState? Find(string name) => ByName.TryGetValue(name, out var state) ? state : null;

    internal static RegionState Read(string name) => ByName[name];
}
