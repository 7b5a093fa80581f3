namespace Sovereignty.Gateway.Routing;

internal sealed record Document(string Service, string Name, string Title);
