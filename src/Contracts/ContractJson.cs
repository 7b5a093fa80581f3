using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sovereignty.Contracts;

/// <summary>The one JSON form of contracts, on the broker and over HTTP: camelCase members, enums in kebab-case, RFC 3339 times.</summary>
public static class ContractJson
{
    /// <summary>Read-only options in that form.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    /// <summary>Brings other options (MassTransit's, ASP.NET Core's) into that form.</summary>
    /// <param name="options">The options to change.</param>
    /// <returns>The same options.</returns>
    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.WriteIndented = false;
        options.Converters.Add(new UtcTimeConverter());
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false));
        return options;
    }

    /// <summary>An enum's value as messages write it.</summary>
    /// <param name="value">The value.</param>
    /// <returns>Its name in kebab-case.</returns>
    public static string NameOf<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    private static JsonSerializerOptions Create()
    {
        var options = Configure(new JsonSerializerOptions(JsonSerializerDefaults.Web));
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
