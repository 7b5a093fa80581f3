using Microsoft.IdentityModel.Tokens;

namespace Sovereignty.AccessService.BrokerDecisions;

/// <summary>The gateway's public keys, fetched when a proof names one that is not known, and at most every few seconds.</summary>
internal sealed partial class ProofKeys(HttpClient gateway, TimeProvider time, ILogger<ProofKeys> logger)
{
    public const string Path = "/access/decision-proof/keys";
    private static readonly TimeSpan FetchAtMostEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(1);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _fetching = new(1);
    private IReadOnlyList<SecurityKey>? _keys;
    private DateTimeOffset _fetchedAt;

    /// <summary>Waits while the gateway cannot be asked: without its keys no proof can be judged, and none must be refused for that.</summary>
    public async Task<IReadOnlyList<SecurityKey>> For(string? keyId, CancellationToken cancellationToken)
    {
        await _fetching.WaitAsync(cancellationToken);
        try
        {
            while (_keys is null || IsStale(keyId))
            {
                try
                {
                    _keys = [.. new JsonWebKeySet(await gateway.GetStringAsync(Path, cancellationToken)).GetSigningKeys()];
                    _fetchedAt = time.GetUtcNow();
                    break;
                }
                catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
                {
                    LogUnreachable(exception.GetType().Name);
                    if (_keys is not null)
                    {
                        break;
                    }

                    await Task.Delay(RetryAfter, time, cancellationToken);
                }
            }

            return _keys!;
        }
        finally
        {
            _fetching.Release();
        }
    }

    private bool IsStale(string? keyId)
    {
        var age = time.GetUtcNow() - _fetchedAt;
        return age > KeptFor || (age > FetchAtMostEvery && _keys!.All(key => key.KeyId != keyId));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The gateway's keys for decision proofs could not be fetched: {Error}")]
    private partial void LogUnreachable(string error);
}

internal static class DecisionProofs
{
    public static void AddDecisionProofs(this WebApplicationBuilder builder)
    {
        builder.Services.AddHttpClient(nameof(ProofKeys), client =>
            client.BaseAddress = new(builder.Configuration["services:gateway:https:0"] ?? throw new InvalidOperationException("services__gateway__https__0 is not set.")));
        builder.Services.AddSingleton(provider => new ProofKeys(
            provider.GetRequiredService<IHttpClientFactory>().CreateClient(nameof(ProofKeys)),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ProofKeys>>()));
        builder.Services.AddSingleton<ProofVerifier>();
    }
}
