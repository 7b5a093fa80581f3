namespace Sovereignty.Gateway.Routing;

/// <summary>Who may take a route.</summary>
internal sealed record Access(bool IsOpen, IReadOnlyList<string> Roles)
{
    internal static Access Anyone { get; } = new(true, []);

    internal static Access SignedIn { get; } = new(false, []);

    internal static Access Only(params string[] roles) => new(false, roles);
}
