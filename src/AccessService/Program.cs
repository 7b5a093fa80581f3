using Sovereignty.AccessService;
using Sovereignty.Messaging.Database;

var builder = WebApplication.CreateBuilder(args);
if (args is ["migrate"])
{
    return await DatabaseMigration.Run(builder.Configuration, typeof(Program).Assembly);
}

builder.AddAccessService();
var app = builder.Build();
app.MapAccessService();
await app.RunAsync();
return 0;
