using Sovereignty.Contracts;

namespace Sovereignty.PolicyService;

internal static class Service
{
    public const string Name = "policy-service";

    public static Actor Actor { get; } = Actor.Service(Name);
}
