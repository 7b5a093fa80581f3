namespace Sovereignty.Contracts.Data;

/// <summary>The five levels of data, each with rules for encryption, audit, retention and crossing borders.</summary>
public enum ClassificationLevel
{
    /// <summary>User identity and authentication.</summary>
    Identity,

    /// <summary>Business transactions.</summary>
    Transactional,

    /// <summary>Operation of systems.</summary>
    Operational,

    /// <summary>What users made.</summary>
    Content,

    /// <summary>Aggregated and derived data.</summary>
    Analytical,
}

/// <summary>The levels as they are written in messages.</summary>
public static class ClassificationLevels
{
    private static readonly Dictionary<string, ClassificationLevel> ByName =
        Enum.GetValues<ClassificationLevel>().ToDictionary(ContractJson.NameOf);

    /// <summary><c>identity</c>, <c>transactional</c>, <c>operational</c>, <c>content</c>, <c>analytical</c>.</summary>
    public static IReadOnlyCollection<string> Names => ByName.Keys;

    /// <summary>Reads a level.</summary>
    /// <param name="name">The level's name as written in messages; case matters.</param>
    /// <returns>The level, or null where there is none of that name.</returns>
    public static ClassificationLevel? Find(string? name) =>
        name is not null && ByName.TryGetValue(name, out var level) ? level : null;
}
