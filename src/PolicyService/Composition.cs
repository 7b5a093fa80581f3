using Sovereignty.Contracts.Audit;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Residency;
using Sovereignty.Messaging;
using Sovereignty.PolicyService.Classify;
using Sovereignty.PolicyService.Decide;
using Sovereignty.PolicyService.Epochs;
using Sovereignty.PolicyService.Policies;
using Sovereignty.PolicyService.Provisions;
using Sovereignty.PolicyService.Regions;
using Sovereignty.PolicyService.Validate;
using Sovereignty.ServiceDefaults;

namespace Sovereignty.PolicyService;

/// <summary>What the service is made of: what it listens to, publishes and answers.</summary>
internal static class Composition
{
    public static void AddPolicyService(this WebApplicationBuilder builder)
    {
        builder.AddServiceDefaults(Service.Name);
        builder.AddMessaging(Service.Name, Messages.Register);
        builder.Services.AddSingleton<PolicySnapshots>();
        builder.Services.AddSingleton<RegionsKnown>();
        builder.Services.AddHealthChecks().AddCheck<RegionsKnown>("regions", tags: ["ready"]);
        builder.Services.AddHostedService<RequestRegions>();
    }

    public static void MapPolicyService(this WebApplication app)
    {
        app.UseServiceDefaults();
        app.MapPolicies();
        app.MapFacts();
        app.MapRules();
        app.MapEvaluation();
        app.MapClassification();
    }
}
