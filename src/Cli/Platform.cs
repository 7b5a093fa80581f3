using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Npgsql;
using Sovereignty.Contracts;

namespace Sovereignty.Cli;

/// <summary>The platform of this checkout, as its state folder tells of it.</summary>
internal sealed record Platform
{
    public required Uri Gateway { get; init; }
    public required string Authority { get; init; }
    public required string IssuerPassword { get; init; }
    public required Dictionary<string, Uri> Amqp { get; init; }
    public required Dictionary<string, string> Dsn { get; init; }

    public static string StateFolder => Path.GetFullPath(Environment.GetEnvironmentVariable("SOV_STATE") ?? ".sov");

    public static Platform Load()
    {
        var file = Path.Combine(StateFolder, "connections.json");
        return File.Exists(file)
            ? JsonSerializer.Deserialize<Platform>(File.ReadAllText(file), JsonSerializerOptions.Web)!
            : throw new PlatformException("The platform was never started here. Start it with ./sov up.");
    }

    /// <summary>Where a part listens, past the gateway.</summary>
    public Uri PartUrl(string part)
    {
        using var status = JsonDocument.Parse(File.ReadAllText(Path.Combine(StateFolder, "status.json")));
        return new(status.RootElement.GetProperty("parts").EnumerateArray().Single(known => known.GetProperty("name").GetString() == part).GetProperty("url").GetString()!);
    }

    /// <summary>The connection string that Npgsql takes for a role's address.</summary>
    public static string ToNpgsql(string dsn)
    {
        var address = new Uri(dsn);
        var user = address.UserInfo.Split(':');
        return new NpgsqlConnectionStringBuilder
        {
            Host = address.Host,
            Port = address.Port,
            Username = user[0],
            Password = Uri.UnescapeDataString(user[1]),
            Database = address.AbsolutePath.Trim('/'),
        }.ConnectionString;
    }

    /// <summary>A client that trusts the local certificate authority alone.</summary>
    public HttpClient CreateClient() => new(CreateHandler()) { BaseAddress = Gateway, Timeout = TimeSpan.FromSeconds(30) };

    public SocketsHttpHandler CreateHandler() => new()
    {
        SslOptions = new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = new()
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { X509CertificateLoader.LoadCertificateFromFile(Authority) },
                RevocationMode = X509RevocationMode.NoCheck,
            },
        },
    };

    /// <summary>A client that speaks for a seeded person.</summary>
    public async Task<HttpClient> SignIn(string person)
    {
        var client = CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await Token(client, person, ttl: null));
        return client;
    }

    public async Task<string> Token(HttpClient client, string person, int? ttl)
    {
        var form = new Dictionary<string, string> { ["grant_type"] = "password", ["username"] = person, ["password"] = IssuerPassword };
        if (ttl is not null)
        {
            form["ttl"] = ttl.Value.ToString();
        }

        HttpResponseMessage response;
        try
        {
            response = await client.PostAsync("/connect/token", new FormUrlEncodedContent(form));
        }
        catch (HttpRequestException)
        {
            throw new PlatformException("The platform does not run. Start it with ./sov up.");
        }

        var body = await response.Content.ReadFromJsonAsync<JsonElement>();
        return response.IsSuccessStatusCode
            ? body.GetProperty("access_token").GetString()!
            : throw new PlatformException(body.TryGetProperty("error_description", out var why) ? why.GetString()! : $"No token: {response.StatusCode}.");
    }
}

internal static class HttpAnswers
{
    /// <summary>Reads the body, or throws with the problem's own words.</summary>
    public static async Task<T> Read<T>(this HttpResponseMessage response)
    {
        if (response.IsSuccessStatusCode)
        {
            return (await response.Content.ReadFromJsonAsync<T>(ContractJson.Options))!;
        }

        var text = await response.Content.ReadAsStringAsync();
        throw new PlatformException($"{response.RequestMessage!.Method} {response.RequestMessage.RequestUri!.AbsolutePath}: {(int)response.StatusCode} {text}");
    }
}

/// <summary>Something a person should read, without a stack trace.</summary>
internal sealed class PlatformException(string message) : Exception(message);
