using Sovereignty.AuditService;
using Sovereignty.AuditService.Appending;
using Sovereignty.AuditService.Drill;
using Sovereignty.AuditService.LogTiles;
using Sovereignty.AuditService.Report;
using Sovereignty.AuditService.SearchAudit;
using Sovereignty.AuditService.Verification;
using Sovereignty.Messaging;
using Sovereignty.Messaging.Database;
using Sovereignty.Messaging.Deployment;
using Sovereignty.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
if (args is ["migrate"])
{
    var migrated = await DatabaseMigration.Run(builder.Configuration, typeof(Program).Assembly, "database", "database-read");
    return migrated == 0 ? await TopologyDeployment.Run(builder.Configuration, "audit-service", Messages.Register) : migrated;
}

if (args is ["verify", ..])
{
    return await VerifyCommand.Run(builder.Configuration, args[1..], Console.Out, Console.Error, CancellationToken.None);
}

if (args is ["drill", ..])
{
    return await DrillCommand.Run(builder.Configuration, args[1..], Console.Out, Console.Error);
}

builder.AddServiceDefaults("audit-service");
builder.AddMessaging("audit-service", Messages.Register);
builder.AddAuditLog();

var app = builder.Build();
app.UseServiceDefaults();
app.MapAudit();
app.MapEntryBytes();
app.MapAuditReport();
app.MapLog();
app.Lifetime.ApplicationStopping.Register(app.Services.GetRequiredService<LogAppender>().StopWaiting);
await app.RunAsync();
return 0;
