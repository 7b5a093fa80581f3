namespace Sovereignty.Contracts;

/// <summary>
/// Who caused an event: a person, or a service. Written into a message by the API that authenticated them,
/// so that no bearer token ever travels over the broker.
/// </summary>
public sealed record Actor
{
    /// <summary>The issuer of the token (<c>iss</c>, RFC 7519), or <c>broker</c> for a publisher known only by its broker user.</summary>
    public required string Issuer { get; init; }

    /// <summary>The subject of the token (<c>sub</c>), unique within the issuer.</summary>
    public required string Subject { get; init; }

    /// <summary>The name to show to people.</summary>
    public string? DisplayName { get; init; }

    /// <summary>Roles in kebab-case, for example <c>policy-admin</c>.</summary>
    public IReadOnlyList<string> Roles { get; init; } = [];

    /// <summary>Country of the person, ISO 3166-1 alpha-2; null for services.</summary>
    public string? Country { get; init; }

    /// <summary>The platform itself: seed data, timers, its own services.</summary>
    /// <param name="service">The service's name, for example <c>policy-service</c>.</param>
    public static Actor Service(string service) =>
        new() { Issuer = "sovereignty", Subject = service, DisplayName = service, Roles = ["service"] };
}
