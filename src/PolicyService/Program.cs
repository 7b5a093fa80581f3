using Sovereignty.Messaging.Database;
using Sovereignty.PolicyService;

var builder = WebApplication.CreateBuilder(args);
if (args is ["migrate"])
{
    return await DatabaseMigration.Run(builder.Configuration, typeof(Program).Assembly);
}

builder.AddPolicyService();
var app = builder.Build();
app.MapPolicyService();
await app.RunAsync();
return 0;
