namespace Sovereignty.Gateway.Routing;

/// <summary>A path and where it goes; <paramref name="To"/> is the path at the service, where that is another.</summary>
internal sealed record Route(string Service, string Methods, string Path, Access Access, string? To = null)
{
    internal string Id => $"{Methods} {Path}";
}
