using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Sovereignty.Client;

/// <summary>Adds the client to a service.</summary>
public static class SovereigntyExtensions
{
    internal const string HttpClientName = "sovereignty";

    /// <summary>Adds <see cref="SovereigntyClient"/>, and follows the grants in the background from the start of the host on.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets the options; they are checked when the host starts.</param>
    /// <returns>For the HTTP client that reaches the gateway: certificates, proxies, telemetry.</returns>
    public static IHttpClientBuilder AddSovereignty(this IServiceCollection services, Action<SovereigntyOptions> configure)
    {
        services.AddOptions<SovereigntyOptions>().Configure(configure).ValidateDataAnnotations()
            .Validate(options => options.LongPoll < options.FreshFor, "LongPoll must be shorter than FreshFor, or the copy is stale between two answers.")
            .ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<GrantFeed>();
        services.AddSingleton<UseRecorder>();
        services.AddSingleton<DataSubmission>();
        services.AddSingleton(provider => new GrantReplica(provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<IOptions<SovereigntyOptions>>().Value.FreshFor));
        services.AddSingleton(provider => new SovereigntyClient(
            provider.GetRequiredService<GrantReplica>(),
            provider.GetRequiredService<UseRecorder>(),
            provider.GetRequiredService<DataSubmission>(),
            provider.GetRequiredService<IOptions<SovereigntyOptions>>().Value.TenantId));
        services.AddHostedService(provider => new FollowGrants(
            provider.GetRequiredService<GrantFeed>(),
            provider.GetRequiredService<GrantReplica>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<FollowGrants>>()));
        return services.AddHttpClient(HttpClientName).ConfigureHttpClient(client => client.Timeout = Timeout.InfiniteTimeSpan);
    }
}
