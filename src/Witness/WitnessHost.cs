using Microsoft.Extensions.Options;
using Sovereignty.TransparencyLog;

namespace Sovereignty.Witness;

internal static class WitnessHost
{
    // Sixteen signatures of the largest kind, and the longest proof.
    private const long MostBytes = 128 * 1024;

    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MostBytes;
        });
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddOptions<WitnessOptions>().BindConfiguration(WitnessOptions.Section).ValidateDataAnnotations();
        builder.Services.AddSingleton(provider => WitnessedLogs.Open(
            provider.GetRequiredService<IOptions<WitnessOptions>>().Value, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<WitnessedLog>>()));
        configure?.Invoke(builder);

        var app = builder.Build();
        app.MapWitness();

        // Before the first request: a key, a log or a folder that is not right ends it here.
        app.Services.GetRequiredService<WitnessedLogs>();
        return app;
    }
}
