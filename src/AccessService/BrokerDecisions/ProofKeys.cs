using Microsoft.IdentityModel.Tokens;

namespace Sovereignty.AccessService.BrokerDecisions;

/// <summary>The gateway's public keys, fetched when a proof names one that is not known, and at most every few seconds.</summary>
internal sealed partial class ProofKeys(HttpClient gateway, TimeProvider time, ILogger<ProofKeys> logger)
{
    public const string Path = "/access/decision-proof/keys";
    private static readonly TimeSpan FetchAtMostEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(1);

    private readonly SemaphoreSlim _fetching = new(1);
    private volatile IReadOnlyList<SecurityKey>? _keys;
    private DateTimeOffset _triedAt = DateTimeOffset.MinValue;
    private DateTimeOffset _fetchedAt;

    /// <exception cref="HttpRequestException">The gateway cannot be asked. Without its keys no proof can be judged, and none must be refused for that.</exception>
    public async Task<IReadOnlyList<SecurityKey>> For(string keyId, CancellationToken cancellationToken)
    {
        if (_keys is { } known && known.Any(key => key.KeyId == keyId) && time.GetUtcNow() - _fetchedAt < KeptFor)
        {
            return known;
        }

        await _fetching.WaitAsync(cancellationToken);
        try
        {
            if (time.GetUtcNow() - _triedAt > FetchAtMostEvery)
            {
                _triedAt = time.GetUtcNow();
                await Fetch(cancellationToken);
            }
        }
        finally
        {
            _fetching.Release();
        }

        return _keys ?? throw new HttpRequestException("The gateway's keys for decision proofs could not be fetched.");
    }

    private async Task Fetch(CancellationToken cancellationToken)
    {
        try
        {
            _keys = [.. new JsonWebKeySet(await gateway.GetStringAsync(Path, cancellationToken)).GetSigningKeys()];
            _fetchedAt = time.GetUtcNow();
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogUnreachable(exception.GetType().Name);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The gateway's keys for decision proofs could not be fetched: {Error}")]
    private partial void LogUnreachable(string error);
}

internal static class DecisionProofs
{
    public static void AddDecisionProofs(this WebApplicationBuilder builder)
    {
        builder.Services.AddHttpClient(nameof(ProofKeys), client =>
        {
            client.BaseAddress = new(builder.Configuration["services:gateway:https:0"] ?? throw new InvalidOperationException("services__gateway__https__0 is not set."));
            client.Timeout = TimeSpan.FromSeconds(5);
        });
        builder.Services.AddSingleton(provider => new ProofKeys(
            provider.GetRequiredService<IHttpClientFactory>().CreateClient(nameof(ProofKeys)),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ProofKeys>>()));
        builder.Services.AddSingleton<ProofVerifier>();
    }
}
