using System.Text.Json;

namespace Sovereignty.Gateway.Issuer;

internal sealed record Person(string Subject, string Name, string? Tenant, IReadOnlyList<string> Roles, string? Country);

/// <summary>The people of people.json, which AccessService's directory begins with too.</summary>
internal static class People
{
    internal static IReadOnlyList<Person> Seeded { get; } = Read();

    internal static Person PlatformService { get; } = Find("platform-service")!;

    internal static Person? Find(string? subject) => Seeded.FirstOrDefault(person => person.Subject == subject);

    private static List<Person> Read()
    {
        using var file = typeof(People).Assembly.GetManifestResourceStream("people.json")!;
        return JsonSerializer.Deserialize<List<Person>>(file, JsonSerializerOptions.Web)!;
    }
}
