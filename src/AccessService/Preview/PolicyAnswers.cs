using System.Net.Http.Json;
using Microsoft.Extensions.Http.Resilience;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Residency;

namespace Sovereignty.AccessService.Preview;

/// <summary>PolicyService's answer to an access that nobody asked for yet, by HTTP. The one call from service to service: it only reads.</summary>
internal sealed partial class PolicyAnswers(HttpClient client, ILogger<PolicyAnswers> logger)
{
    private const string Path = "/residency/access-validations";

    /// <returns>Null where PolicyService cannot be asked now.</returns>
    public async Task<AccessValidated?> Ask(ValidateAccess question, string authorization, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Path)
        {
            Headers = { { "Authorization", authorization } },
            Content = JsonContent.Create(question, options: ContractJson.Options),
        };
        try
        {
            using var response = await client.SendAsync(request, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                LogUnavailable($"{(int)response.StatusCode}");
                return null;
            }

            return await response.Content.ReadFromJsonAsync<AccessValidated>(ContractJson.Options, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && exception is HttpRequestException or TimeoutRejectedException or BrokenCircuitException or TaskCanceledException)
        {
            LogUnavailable(exception.GetType().Name);
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "PolicyService could not be asked: {Error}")]
    private partial void LogUnavailable(string error);
}

internal static class PolicyAnswersClient
{
    public static void AddPolicyAnswers(this WebApplicationBuilder builder)
    {
        var http = builder.Services.AddHttpClient<PolicyAnswers>(client =>
            client.BaseAddress = builder.Configuration["services:policy-service:http:0"] is { Length: > 0 } address ? new(address) : null);
#pragma warning disable EXTEXP0001 // Nothing else takes off the handler that every client has, which is more patient and never asks by POST again.
        http.RemoveAllResilienceHandlers();
#pragma warning restore EXTEXP0001
        http.AddStandardResilienceHandler(options =>
        {
            options.AttemptTimeout.Timeout = TimeSpan.FromSeconds(1);
            options.Retry.MaxRetryAttempts = 2;
            options.Retry.Delay = TimeSpan.FromMilliseconds(100);
            options.Retry.BackoffType = DelayBackoffType.Exponential;
            options.TotalRequestTimeout.Timeout = TimeSpan.FromSeconds(3);
            options.CircuitBreaker.SamplingDuration = TimeSpan.FromSeconds(10);
        });
    }
}
