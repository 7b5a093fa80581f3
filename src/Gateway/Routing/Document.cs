namespace Sovereignty.Gateway.Routing;

/// <summary>The API description of a service.</summary>
internal sealed record Document(string Service, string Name, string Title)
{
    internal string Id => $"openapi {Name}";
}
