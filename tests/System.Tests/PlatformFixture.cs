using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Npgsql;
using RabbitMQ.Client;
using Sovereignty.Testing;

namespace Sovereignty.SystemTests;

[CollectionDefinition(nameof(PlatformFixture))]
public sealed class PlatformCollection : ICollectionFixture<PlatformFixture>;

/// <summary>The whole platform, started as its user would, with a backend for its telemetry.</summary>
public sealed class PlatformFixture : RealParts
{
    private readonly Dictionary<string, HttpClient> _clients = [];
    private JsonElement _connections;

    public TelemetryBackend Telemetry { get; } = new();

    public Uri Gateway { get; private set; } = null!;

    /// <summary>The file with the certificate of the platform's own authority.</summary>
    public string Authority => _connections.GetProperty("authority").GetString()!;

    protected override string? Parts => null;

    public override async Task InitializeAsync()
    {
        await Telemetry.Start();
        Environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = Telemetry.Address.ToString();
        Environment["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        Environment["OTEL_BSP_SCHEDULE_DELAY"] = "200";
        await base.InitializeAsync();
        Gateway = new(await Host(["url"]));
        _connections = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(State, "connections.json"))).RootElement;
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await Telemetry.DisposeAsync();
    }

    /// <summary>A client that trusts the local authority and signs in as a seeded person; nobody when null.</summary>
    public async Task<HttpClient> Client(string? person)
    {
        if (_clients.TryGetValue(person ?? "", out var known))
        {
            return known;
        }

        var client = Anonymous();
        if (person is not null)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await Token(person));
        }

        return _clients[person ?? ""] = client;
    }

    public async Task<string> Token(string person, int? ttl = null)
    {
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "password",
            ["username"] = person,
            ["password"] = _connections.GetProperty("issuerPassword").GetString()!,
        };
        if (ttl is not null)
        {
            form["ttl"] = ttl.Value.ToString();
        }

        var response = await Anonymous().PostAsync("/connect/token", new FormUrlEncodedContent(form));
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString()!;
    }

    public HttpClient Anonymous()
    {
        var authority = X509CertificateLoader.LoadCertificateFromFile(Authority);
        return new(new TryAgainHandler(new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { authority }, RevocationMode = X509RevocationMode.NoCheck },
            },
        }))
        {
            BaseAddress = Gateway,
        };
    }

    public string Amqp(string user) => _connections.GetProperty("amqp").GetProperty(user).GetString()!;

    public Task<IConnection> Connect(string user) => new ConnectionFactory { Uri = new(Amqp(user)) }.CreateConnectionAsync();

    /// <summary>A superuser's connection to the database of one service.</summary>
    public NpgsqlDataSource Database(string name) =>
        NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(AdminDatabase) { Database = name });

    /// <summary>SIGKILL, as the kernel would; the host starts the part again.</summary>
    public async Task Kill(string part)
    {
        // Killed a moment ago it may not have been started again yet.
        var pid = 0;
        await Eventually.True(async () => await Pid() is { ValueKind: JsonValueKind.Number } found && found.TryGetInt32(out pid), $"{part} runs", TimeSpan.FromSeconds(60));
        Process.GetProcessById(pid).Kill();

        async Task<JsonElement> Pid() => (await PartsNow()).Single(item => item.GetProperty("name").GetString() == part).GetProperty("pid");
    }

    /// <summary>Waits until every part is healthy.</summary>
    public Task Healthy() => Eventually.True(
        async () => (await PartsNow()).All(part => part.GetProperty("health").GetString() is "healthy" or "completed" or "finished"),
        "every part is healthy",
        TimeSpan.FromSeconds(90));

    private async Task<JsonElement.ArrayEnumerator> PartsNow() =>
        JsonDocument.Parse(await Host(["status", "--json"])).RootElement.GetProperty("parts").EnumerateArray();

    /// <summary>Runs ./sov audit verify.</summary>
    public async Task<(int Code, string Output)> Verify()
    {
        var cli = Path.Combine(Repository, "src/Cli/bin", Configuration, "net10.0/sov.dll");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [cli, "audit", "verify"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["SOV_STATE"] = State },
        })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await error);
    }
}

/// <summary>Does as a 503 says: a part that was killed by another test may just be coming back.</summary>
internal sealed class TryAgainHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private const int Attempts = 10;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var response = await base.SendAsync(request, cancellationToken);
            if (response.StatusCode is not System.Net.HttpStatusCode.ServiceUnavailable || attempt == Attempts)
            {
                return response;
            }

            response.Dispose();
            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
        }
    }
}
