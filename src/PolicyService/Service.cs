using Sovereignty.Contracts;
using Sovereignty.Evaluation.Access;

namespace Sovereignty.PolicyService;

internal static class Service
{
    public const string Name = "policy-service";

    public static Actor Actor { get; } = AccessEvaluator.Actor;
}
