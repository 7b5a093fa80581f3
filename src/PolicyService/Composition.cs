using System.Text.Json.Serialization;
using Sovereignty.Contracts.Audit;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Residency;
using Sovereignty.Messaging;
using Sovereignty.PolicyService.Classify;
using Sovereignty.PolicyService.Decide;
using Sovereignty.PolicyService.Epochs;
using Sovereignty.PolicyService.Move;
using Sovereignty.PolicyService.Policies;
using Sovereignty.PolicyService.Provisions;
using Sovereignty.PolicyService.Regions;
using Sovereignty.PolicyService.Simulate;
using Sovereignty.PolicyService.Validate;
using Sovereignty.PolicyService.Violations;
using Sovereignty.ServiceDefaults;

namespace Sovereignty.PolicyService;

/// <summary>What the service is made of: what it listens to, publishes and answers.</summary>
internal static class Composition
{
    public static void AddPolicyService(this WebApplicationBuilder builder)
    {
        builder.AddServiceDefaults(Service.Name);
        builder.AddMessaging(Service.Name, Messages.Register);
        builder.Services.ConfigureHttpJsonOptions(options => options.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow);
        builder.Services.AddSingleton<PolicySnapshots>();
        builder.Services.AddSingleton<RegionsKnown>();
        builder.Services.AddHealthChecks().AddCheck<RegionsKnown>("regions", tags: ["ready"]);
        builder.Services.AddHostedService<RequestRegions>();
        builder.Services.AddSingleton<DriftEvaluator>();
        builder.Services.AddHostedService<WatchDrift>();
    }

    public static void MapPolicyService(this WebApplication app)
    {
        app.UseServiceDefaults();
        app.MapPolicies();
        app.MapFacts();
        app.MapRules();
        app.MapEvaluation();
        app.MapAccessValidations();
        app.MapClassification();
        app.MapPlacements();
        app.MapSimulations();
        app.MapViolations();
    }
}
