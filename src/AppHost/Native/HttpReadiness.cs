using System.Security.Cryptography.X509Certificates;

namespace Sovereignty.AppHost.Native;

/// <summary>Asks a part's health endpoint; an https one must show a certificate of the local authority.</summary>
internal sealed class HttpReadiness(ProcessResource resource, string path)
{
    private HttpClient? _client;

    public async Task<bool> IsReady(CancellationToken cancellationToken)
    {
        _client ??= new HttpClient(Handler()) { Timeout = TimeSpan.FromSeconds(5) };
        using var response = await _client.GetAsync(resource.Url + path, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        return response.IsSuccessStatusCode;
    }

    private SocketsHttpHandler Handler()
    {
        var handler = new SocketsHttpHandler { UseProxy = false, PooledConnectionLifetime = TimeSpan.FromMinutes(1) };
        if (resource.Environment.TryGetValue("SSL_CERT_FILE", out var bundle))
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.ImportFromPemFile(bundle);
            handler.SslOptions.CertificateChainPolicy = policy;
        }

        return handler;
    }
}
