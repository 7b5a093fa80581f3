using Sovereignty.Contracts;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Residency;

namespace Sovereignty.Evaluation.Publishing;

/// <summary>Cells that no fact tells apart, and how people call them. One of them stands for all.</summary>
internal sealed record CellClass(PlacementCell Cell, string Origin, string DataType, string Level);

internal static class CellClasses
{
    public const string OtherOrigin = "any other country";
    public const string OtherType = "any other";

    // No placement has an empty tenant or data type, so these stand for all that no policy and no fact names.
    private const string Any = "";

    /// <summary>The classes of what a tenant's or the platform's policy of a level may meet.</summary>
    public static IReadOnlyList<CellClass> Of(string? tenantId, string? dataType, params PolicySnapshot[] snapshots)
    {
        LegalFact[] deciding = [.. snapshots.SelectMany(snapshot => snapshot.Facts).Where(fact => fact.Effect is not LegalEffect.None || fact.Kind is LegalFactKinds.Adequacy)];
        (string? Code, string Name)[] origins = [.. Origins(deciding, snapshots)];
        (string Code, string Name)[] types = dataType is not null ? [(dataType, "")] : [.. Types(deciding)];
        (ClassificationLevel Level, string Name)[] levels = [.. Levels(deciding)];
        return
        [
            .. from origin in origins
               from type in types
               from level in levels
               select new CellClass(new(tenantId ?? Any, type.Code, level.Level, origin.Code), origin.Name, type.Name, level.Name),
        ];
    }

    private static IEnumerable<(string? Code, string Name)> Origins(LegalFact[] deciding, PolicySnapshot[] snapshots)
    {
        var classes = CountryCodes.All.Order(StringComparer.Ordinal)
            .GroupBy(country => string.Concat(deciding.Select(fact => Concerns(fact, country, snapshots) ? '1' : '0')), StringComparer.Ordinal)
            .Select(alike => alike.ToArray())
            .OrderBy(alike => alike.Length)
            .ThenBy(alike => alike[0], StringComparer.Ordinal)
            .ToArray();
        return classes.Select((alike, i) => ((string?)alike[0], i == classes.Length - 1 && alike.Length > 1 ? OtherOrigin : Name(alike, snapshots[^1])))
            .Append((null, "an unknown country"));
    }

    private static string Name(string[] countries, PolicySnapshot snapshot)
    {
        var group = snapshot.Groups.FirstOrDefault(group => countries.ToHashSet(StringComparer.Ordinal).SetEquals(CountryCodes.All.Where(country => group.Contains(country, snapshot.AsOf))));
        return group?.Code ?? Listing.Of(countries, 6);
    }

    private static bool Concerns(LegalFact fact, string country, PolicySnapshot[] snapshots) =>
        fact.Country == country || snapshots.Any(snapshot => fact.BeginsIn(country, snapshot));

    private static IEnumerable<(string Code, string Name)> Types(LegalFact[] deciding)
    {
        var named = deciding.SelectMany(fact => fact.DataTypes).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        return named.Select(type => (type, type)).Append((Any, named is [] ? "" : OtherType));
    }

    private static IEnumerable<(ClassificationLevel Level, string Name)> Levels(LegalFact[] deciding)
    {
        var classes = Enum.GetValues<ClassificationLevel>()
            .GroupBy(level => string.Concat(deciding.Select(fact => fact.Levels.Contains(level) ? '1' : '0')), StringComparer.Ordinal)
            .Select(alike => alike.ToArray())
            .ToArray();
        return classes.Select(alike => (alike[0], classes.Length == 1 ? "" : string.Join(", ", alike.Select(level => level.ToString().ToLowerInvariant()))));
    }
}
