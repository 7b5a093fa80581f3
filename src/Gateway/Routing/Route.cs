namespace Sovereignty.Gateway.Routing;

internal sealed record Route(string Service, string Methods, string Path, Access Access)
{
    internal string Id => $"{Methods} {Path}";
}
