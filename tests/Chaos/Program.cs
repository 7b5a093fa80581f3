using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Sovereignty.Chaos;
using Sovereignty.Messaging;
using Sovereignty.Messaging.Database;
using Sovereignty.Messaging.Outbox;

// A service to be killed: a saga, a consumer and a batch consumer in a row, each told apart only by how Messaging runs it.
var builder = Host.CreateApplicationBuilder(args);
var name = builder.Configuration["name"] ?? throw new InvalidOperationException("--name is missing.");
var controls = new Controls(builder.Configuration["without"]);
if (args is ["migrate", ..])
{
    var code = await DatabaseMigration.Run(builder.Configuration, typeof(Controls).Assembly);
    if (code == 0 && controls.WithoutInbox)
    {
        // Without its key the inbox takes every message as new.
        await using var database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(builder.Configuration.GetConnectionString("admin")) { Database = name });
        await using var command = database.CreateCommand("ALTER TABLE messaging.inbox DROP CONSTRAINT inbox_pkey");
        await command.ExecuteNonQueryAsync();
    }

    return code;
}

builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Warning).AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
builder.AddMessaging(name, bus =>
{
    bus.Publishes<Settled>();
    bus.AddSaga<AccountMachine, Account>($"{name}.accounts", "chaos.account", saga => saga.Hears<Deposit>(from: "operator"));
    bus.AddConsumer<EnterDeposit>($"{name}.entries");
    bus.AddBatchConsumer<SettleEntries, Entered>($"{name}.settlements");
});
builder.Services.AddSingleton(controls);
builder.Services.AddSingleton(new Faults(builder.Configuration.GetValue<int?>("die-after-commit"), builder.Configuration.GetValue<int?>("die-after-publish")));
builder.Services.AddConsumeObserver<CommittedObserver>();
if (controls.WithoutLock)
{
    builder.Services.Replace(ServiceDescriptor.Singleton(new SagaTable<Account>("chaos.account") { Guards = false }));
}

using var host = builder.Build();
host.Services.GetRequiredService<RelayStatus>().Published = host.Services.GetRequiredService<Faults>().Published;
await host.StartAsync();
try
{
    var stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
    await host.Services.GetRequiredService<IBusControl>().WaitForHealthStatus(BusHealthStatus.Healthy, stopping);
    Console.WriteLine("ready");
}
catch (OperationCanceledException)
{
    // Asked to stop before it was ready.
}

await host.WaitForShutdownAsync();
return 0;
