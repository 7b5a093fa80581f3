using Sovereignty.Messaging.Database;
using Sovereignty.Messaging.Deployment;
using Sovereignty.PolicyService;

var builder = WebApplication.CreateBuilder(args);
if (args is ["migrate"])
{
    var migrated = await DatabaseMigration.Run(builder.Configuration, typeof(Program).Assembly);
    return migrated == 0 ? await TopologyDeployment.Run(builder.Configuration, Service.Name, Messages.Register) : migrated;
}

builder.AddPolicyService();
var app = builder.Build();
app.MapPolicyService();
await app.RunAsync();
return 0;
