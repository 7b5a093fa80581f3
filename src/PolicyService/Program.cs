using Sovereignty.Contracts.Audit;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Residency;
using Sovereignty.Messaging;
using Sovereignty.Messaging.Database;
using Sovereignty.PolicyService;
using Sovereignty.PolicyService.Classify;
using Sovereignty.PolicyService.Decide;
using Sovereignty.PolicyService.Epochs;
using Sovereignty.PolicyService.Ingress;
using Sovereignty.PolicyService.Policies;
using Sovereignty.PolicyService.Regions;
using Sovereignty.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
if (args is ["migrate"])
{
    return await DatabaseMigration.Run(builder.Configuration, typeof(Program).Assembly);
}

builder.AddServiceDefaults(Service.Name);
builder.AddMessaging(Service.Name, messaging =>
{
    messaging.Publishes<DataAdmitted>();
    messaging.Publishes<DataRejected>();
    messaging.Publishes<DataClassified>();
    messaging.Publishes<DataCreated>();
    messaging.Publishes<MessageMalformed>();
    messaging.Publishes<PolicyPublished>();
    messaging.Publishes<PolicyRetired>();
    messaging.AddBatchConsumer<DecideDataCreated, DataCreated>("policy.data-created");
    messaging.AddRawConsumer<PlainIngress>(PlainIngress.Queue, options => options.BindExchange(PlainIngress.Exchange));
    messaging.AddConsumer<ProjectRegions>("policy.regions");
});
builder.Services.AddSingleton<PolicySnapshots>();
builder.Services.AddSingleton<RegionsKnown>();
builder.Services.AddHealthChecks().AddCheck<RegionsKnown>("regions", tags: ["ready"]);
builder.Services.AddHostedService<RequestRegions>();
builder.Services.AddHostedService<DecisionsExchange>();

var app = builder.Build();
app.UseServiceDefaults();
app.MapPolicies();
app.MapEvaluation();
app.MapClassification();
await app.RunAsync();
return 0;
