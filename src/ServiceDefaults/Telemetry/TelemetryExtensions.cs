using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Serilog;
using Serilog.Events;
using Serilog.Sinks.OpenTelemetry;

namespace Sovereignty.ServiceDefaults.Telemetry;

internal static class TelemetryExtensions
{
    private const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>
    /// Logs by Serilog, traces and metrics by OpenTelemetry; all three leave by OTLP where an endpoint is set. Logs go by
    /// Serilog's own sink and not through OpenTelemetry's provider too, or each would arrive twice.
    /// </summary>
    public static void AddTelemetry(this WebApplicationBuilder builder, string service)
    {
        var endpoint = builder.Configuration[EndpointVariable];
        var instance = Environment.GetEnvironmentVariable("SOV_INSTANCE_ID") ?? $"{service}-{Environment.ProcessId}";

        builder.Services.AddSerilog(logger =>
        {
            logger
                .MinimumLevel.Information()
                .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
                .MinimumLevel.Override("Microsoft.Hosting.Lifetime", LogEventLevel.Information)
                // Who asks for the health is told; a line a second of it would bury the rest.
                .MinimumLevel.Override("Microsoft.Extensions.Diagnostics.HealthChecks", LogEventLevel.Fatal)
                .MinimumLevel.Override("System.Net.Http", LogEventLevel.Warning)
                .MinimumLevel.Override("Polly", LogEventLevel.Warning)
                .MinimumLevel.Override("OpenIddict", LogEventLevel.Warning)
                .MinimumLevel.Override("Yarp", LogEventLevel.Warning)
                .Enrich.FromLogContext()
                .WriteTo.Console(outputTemplate: "{Timestamp:yyyy-MM-ddTHH:mm:ss.fffZ} {Level:u3} {TraceId} {SourceContext} {Message:lj}{NewLine}{Exception}", formatProvider: System.Globalization.CultureInfo.InvariantCulture);
            if (!string.IsNullOrEmpty(endpoint))
            {
                logger.WriteTo.OpenTelemetry(options =>
                {
                    options.Endpoint = endpoint;
                    options.Protocol = builder.Configuration["OTEL_EXPORTER_OTLP_PROTOCOL"] is "http/protobuf" ? OtlpProtocol.HttpProtobuf : OtlpProtocol.Grpc;
                    options.ResourceAttributes = new Dictionary<string, object> { ["service.name"] = service, ["service.instance.id"] = instance };
                    options.IncludedData |= IncludedData.TraceIdField | IncludedData.SpanIdField;
                });
            }
        });

        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(service, "sovereignty", serviceInstanceId: instance))
            .WithTracing(tracing => tracing
                .AddSource("MassTransit", "Sovereignty.*")
                .AddNpgsql()
                .AddAspNetCoreInstrumentation(options => options.Filter = context => context.Request.Path.Value is not ("/health" or "/alive"))
                .AddHttpClientInstrumentation())
            .WithMetrics(metrics => metrics
                .AddMeter("MassTransit", "Npgsql", "Sovereignty.*")
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddRuntimeInstrumentation());
        if (!string.IsNullOrEmpty(endpoint))
        {
            telemetry.UseOtlpExporter();
        }
    }
}
