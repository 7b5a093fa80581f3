using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;

namespace Sovereignty.Gateway.Tests;

/// <summary>The gateway on a real https port, with a real backend behind it on loopback.</summary>
public sealed class RunningGateway : IAsyncLifetime
{
    public const string Password = "correct-horse";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gateway-tests");
    private WebApplication? _app;

    public EchoBackend Backend { get; } = new();

    public Uri Address { get; private set; } = null!;

    public string KeyFolder => Path.Combine(_folder.FullName, "keys");

    public string ProofKeyFolder => Path.Combine(_folder.FullName, "proof-keys");

    public string CertificateFile => Path.Combine(_folder.FullName, "tls.pem");

    public HttpClient Client { get; private set; } = null!;

    public Task InitializeAsync() => Start();

    public async Task Start(params string[] settings)
    {
        await Backend.Start();
        Address = new Uri($"https://localhost:{FreePort()}");
        var (certificate, key) = WriteCertificate();
        _app = GatewayHost.Create(
        [
            $"--urls={Address}",
            "--environment=Development",
            $"--Kestrel:Certificates:Default:Path={certificate}",
            $"--Kestrel:Certificates:Default:KeyPath={key}",
            $"--Issuer:Url={Address}",
            $"--Issuer:Password={Password}",
            $"--Issuer:KeyFolder={KeyFolder}",
            "--Authentication:Audience=sovereignty",
            $"--Authentication:Authority={Address}",
            $"--services:region-service:http:0={Backend.Address}",
            $"--Proofs:KeyFolder={ProofKeyFolder}",
            $"--services:access-service:http:0={Backend.Address}",
            $"--services:audit-service:http:0={Backend.Address}",
            $"--services:policy-service:http:0=http://127.0.0.1:{FreePort()}",
            .. settings,
        ]);
        await _app.StartAsync();
        Client = CreateClient();
    }

    public async Task DisposeAsync()
    {
        Client.Dispose();
        await _app!.DisposeAsync();
        await Backend.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    public async Task<string> Token(string person, int? ttl = null)
    {
        using var response = await AskForToken(new()
        {
            ["grant_type"] = "password",
            ["username"] = person,
            ["password"] = Password,
            ["ttl"] = ttl?.ToString() ?? "600",
        });
        var body = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True(response.IsSuccessStatusCode, body.ToString());
        return body.GetProperty("access_token").GetString()!;
    }

    public Task<HttpResponseMessage> AskForToken(Dictionary<string, string> form) =>
        Client.PostAsync("/connect/token", new FormUrlEncodedContent(form));

    public async Task<HttpResponseMessage> Send(HttpMethod method, string path, string? person = null, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (person is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await Token(person));
        }

        return await Client.SendAsync(request);
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private HttpClient CreateClient() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
        SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true },
    })
    { BaseAddress = Address };

    private (string Certificate, string Key) WriteCertificate()
    {
        using var rsa = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));

        var (certificatePath, keyPath) = (CertificateFile, Path.Combine(_folder.FullName, "tls.key"));
        File.WriteAllText(certificatePath, certificate.ExportCertificatePem());
        File.WriteAllText(keyPath, rsa.ExportPkcs8PrivateKeyPem());
        return (certificatePath, keyPath);
    }
}
