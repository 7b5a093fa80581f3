using System.Security.Cryptography.X509Certificates;

namespace Sovereignty.AppHost.Native;

/// <summary>Asks a part's health or liveness endpoint; an https one must show a certificate of the local authority.</summary>
internal sealed class HttpProbe(ProcessResource resource, string path)
{
    private HttpClient? _client;

    public async Task<bool> Succeeds(CancellationToken cancellationToken)
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
