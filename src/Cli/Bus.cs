using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Sovereignty.Contracts;

namespace Sovereignty.Cli;

/// <summary>A client of the platform as any .NET service would be one: MassTransit, the contracts, its own broker user.</summary>
internal static class Bus
{
    private static readonly TimeSpan UsualPatience = TimeSpan.FromSeconds(30);

    public static async Task<IHost> Start(
        Uri broker, string service, Action<IRabbitMqBusFactoryConfigurator> configure, LogLevel least = LogLevel.Warning, TimeSpan? patience = null)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace).SetMinimumLevel(least);
        if (Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT") is { Length: > 0 })
        {
            builder.Services.AddOpenTelemetry()
                .ConfigureResource(resource => resource.AddService(service, "sovereignty"))
                .WithTracing(tracing => tracing.AddSource("MassTransit"))
                .UseOtlpExporter();
        }

        builder.Services.AddMassTransit(registration =>
        {
            registration.DisableUsageTelemetry();
            registration.UsingRabbitMq((_, bus) =>
            {
                bus.Host(broker, host => host.PublisherConfirmation = true);
                bus.ConfigureJsonSerializerOptions(ContractJson.Configure);

                // Binding an event to the audit log is the platform's business; its clients have no right to.
                bus.Publish<IEvent>(publish => publish.Exclude = true);
                bus.ConfigurePublish(publish => publish.UseExecute(context => context.GetPayload<RabbitMqSendContext>().BasicProperties.UserId = broker.UserInfo.Split(':')[0]));
                configure(bus);
            });
        });
        builder.Services.AddOptions<MassTransitHostOptions>().Configure(options =>
        {
            options.WaitUntilStarted = true;
            options.StartTimeout = patience ?? UsualPatience;
        });
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }
}
