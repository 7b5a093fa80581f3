using Sovereignty.AccessService.BrokerDecisions;
using Sovereignty.AccessService.BrowseAccess;
using Sovereignty.AccessService.CheckAccess;
using Sovereignty.AccessService.CommandAccess;
using Sovereignty.AccessService.Enforce;
using Sovereignty.AccessService.Notify;
using Sovereignty.AccessService.People;
using Sovereignty.AccessService.Preview;
using Sovereignty.AccessService.Requests;
using Sovereignty.AccessService.Review;
using Sovereignty.AccessService.Rules;
using Sovereignty.AccessService.SubmitAccess;
using Sovereignty.Messaging;
using Sovereignty.ServiceDefaults;
using Sovereignty.ServiceDefaults.Http;

namespace Sovereignty.AccessService;

/// <summary>What the service is made of: what it listens to, publishes and answers.</summary>
internal static class Composition
{
    public static void AddAccessService(this WebApplicationBuilder builder)
    {
        builder.AddServiceDefaults(Service.Name);
        builder.AddMessaging(Service.Name, Messages.Register);
        builder.Services.AddScoped<Moment>();
        builder.Services.AddScoped<Approvals>();
        builder.Services.AddSingleton<IApprovalSource, ApprovalSource>();
        builder.Services.AddScoped<CommandDesk>();
        builder.Services.AddHostedService<SeedPeople>();
        builder.AddPolicyAnswers();
        builder.AddDecisionProofs();
        builder.AddReviews();
        builder.AddEnforcement();
        builder.AddNotifications();
    }

    public static void MapAccessService(this WebApplication app)
    {
        app.UseServiceDefaults();
        var access = app.MapGroup("/access");
        access.MapSubmit();
        access.MapPreview();
        access.MapPurposes();
        access.MapBrowse();
        access.MapCommands();
        access.MapCheck();
        access.MapRules();
        access.MapPeople();
        access.MapEnforcement();
        access.MapWebhooks();
    }
}
