using Sovereignty.Contracts.Regions;

namespace Sovereignty.Evaluation;

/// <summary>Which regions are nearest to a country: there, then in the groups it shares, then on its continent. It orders suggestions and decides nothing.</summary>
public static class Nearness
{
    public static IEnumerable<Region> NearestTo(this IEnumerable<Region> regions, string? country, PolicySnapshot snapshot) =>
        regions
            .OrderByDescending(region => region.Country == country)
            .ThenByDescending(region => SharedGroups(region.Country, country, snapshot))
            .ThenByDescending(region => country is not null && Continents.Of(region.Country) == Continents.Of(country))
            .ThenBy(region => region.Code, StringComparer.Ordinal);

    private static int SharedGroups(string one, string? other, PolicySnapshot snapshot) =>
        other is null ? 0 : snapshot.Groups.Count(group => group.Contains(one, snapshot.AsOf) && group.Contains(other, snapshot.AsOf));
}
