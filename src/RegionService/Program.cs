using Sovereignty.Messaging;
using Sovereignty.Messaging.Database;
using Sovereignty.Messaging.Deployment;
using Sovereignty.RegionService;
using Sovereignty.RegionService.Catalogue;
using Sovereignty.RegionService.Registry;
using Sovereignty.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
if (args is ["migrate"])
{
    var migrated = await DatabaseMigration.Run(builder.Configuration, typeof(Program).Assembly);
    return migrated == 0 ? await TopologyDeployment.Run(builder.Configuration, "region-service", Messages.Register) : migrated;
}

builder.AddServiceDefaults("region-service");
builder.AddServiceDbContext<RegionDbContext>();
builder.AddMessaging("region-service", Messages.Register);
builder.Services.AddSingleton(ProviderCatalogue.Load());
builder.Services.AddScoped<RegionJournal>();
builder.Services.AddHostedService<RegisterCatalogue>();

var app = builder.Build();
app.UseServiceDefaults();
app.MapRegions();
app.Run();
return 0;
