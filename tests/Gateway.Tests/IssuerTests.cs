using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Sovereignty.Gateway.Issuer;

namespace Sovereignty.Gateway.Tests;

public sealed class IssuerTests(RunningGateway gateway) : IClassFixture<RunningGateway>
{
    public static TheoryData<string, string?, string, string?> People { get; } = new()
    {
        { "requester", "acme", "requester", "US" },
        { "requester-de", "acme", "requester", "DE" },
        { "approver-de", "acme", "approver", "DE" },
        { "approver-de-2", "acme", "approver", "DE" },
        { "dpo-de", "acme", "dpo", "DE" },
        { "legal-de", "acme", "legal", "DE" },
        { "approver-fr", "acme", "approver", "FR" },
        { "compliance-officer", "acme", "compliance-officer", "DE" },
        { "platform-service", "acme", "service", null },
        { "requester-globex", "globex", "requester", "US" },
        { "compliance-globex", "globex", "compliance-officer", "US" },
        { "policy-admin", null, "policy-admin", null },
        { "region-admin", null, "region-admin", null },
        { "operator", null, "operator", null },
    };

    [Theory]
    [MemberData(nameof(People))]
    public async Task A_seeded_person_gets_a_token_signed_by_the_published_key(string person, string? tenant, string role, string? country)
    {
        var token = await gateway.Token(person);
        var keys = new JsonWebKeySet(await gateway.Client.GetStringAsync("/.well-known/jwks"));

        var result = await new JsonWebTokenHandler { MapInboundClaims = false }.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = gateway.Address.AbsoluteUri,
            ValidAudience = "sovereignty",
            ValidAlgorithms = ["RS256"],
            IssuerSigningKeys = keys.GetSigningKeys(),
        });

        Assert.True(result.IsValid, result.Exception?.Message);
        var claims = Payload(token);
        Assert.Equal(person, claims.GetProperty("sub").GetString());
        Assert.NotEqual("", claims.GetProperty("name").GetString());
        Assert.Equal([role], claims.GetProperty("roles").EnumerateArray().Select(item => item.GetString()!));
        Assert.Equal(tenant, Text(claims, "tenant"));
        Assert.Equal(country, Text(claims, "country"));
    }

    [Fact]
    public async Task A_token_signed_by_another_key_is_refused()
    {
        using var other = RSA.Create(2048);
        var own = SigningKey.LoadOrCreate(gateway.KeyFolder);

        using var response = await GetRegions(Forge(new RsaSecurityKey(other) { KeyId = own.KeyId }, "sovereignty"));

        await response.IsProblem(401, "token-invalid");
    }

    [Fact]
    public async Task A_token_for_another_audience_is_refused()
    {
        var own = SigningKey.LoadOrCreate(gateway.KeyFolder);

        using var wrong = await GetRegions(Forge(own, "another"));
        using var right = await GetRegions(Forge(own, "sovereignty"));

        await wrong.IsProblem(401, "token-invalid");
        Assert.Equal(HttpStatusCode.OK, right.StatusCode);
    }

    [Fact]
    public async Task An_unsigned_token_is_refused()
    {
        var parts = (await gateway.Token("region-admin")).Split('.');

        using var stripped = await GetRegions($"{Base64UrlEncoder.Encode("""{"alg":"none","typ":"JWT"}""")}.{parts[1]}.");
        using var changed = await GetRegions($"{parts[0]}.{parts[1]}x.{parts[2]}");
        using var nonsense = await GetRegions("nonsense");

        await stripped.IsProblem(401, "token-invalid");
        await changed.IsProblem(401, "token-invalid");
        await nonsense.IsProblem(401, "token-invalid");
    }

    [Fact]
    public void The_key_outlives_a_restart_and_only_its_owner_reads_it()
    {
        var again = SigningKey.LoadOrCreate(gateway.KeyFolder);

        Assert.Equal(SigningKey.LoadOrCreate(gateway.KeyFolder).KeyId, again.KeyId);
        var file = Assert.Single(Directory.GetFiles(gateway.KeyFolder));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public async Task Discovery_names_the_token_endpoint_and_the_keys()
    {
        var document = await gateway.Client.GetFromJsonAsync<JsonElement>("/.well-known/openid-configuration");

        Assert.Equal(gateway.Address.AbsoluteUri, document.GetProperty("issuer").GetString());
        Assert.Equal(new Uri(gateway.Address, "connect/token").AbsoluteUri, document.GetProperty("token_endpoint").GetString());
        Assert.Equal(new Uri(gateway.Address, ".well-known/jwks").AbsoluteUri, document.GetProperty("jwks_uri").GetString());
    }

    [Fact]
    public async Task A_service_gets_a_token_by_client_credentials()
    {
        using var response = await gateway.AskForToken(new()
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = "platform-service",
            ["client_secret"] = RunningGateway.Password,
        });

        var body = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var claims = Payload(body.GetProperty("access_token").GetString()!);
        Assert.Equal("platform-service", claims.GetProperty("sub").GetString());
        Assert.Equal("acme", claims.GetProperty("tenant").GetString());
        Assert.Equal(3600, body.GetProperty("expires_in").GetInt32(), 2.0);
    }

    [Theory]
    [InlineData("platform-service", "wrong")]
    [InlineData("requester", RunningGateway.Password)]
    public async Task A_client_that_is_not_registered_or_has_another_secret_is_refused(string client, string secret)
    {
        using var response = await gateway.AskForToken(new()
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = client,
            ["client_secret"] = secret,
        });

        await IsOAuthError(response, "invalid_client", "platform-service");
    }

    [Fact]
    public async Task An_unknown_person_is_refused_with_the_list_of_the_known()
    {
        using var response = await gateway.AskForToken(new()
        {
            ["grant_type"] = "password",
            ["username"] = "nobody",
            ["password"] = RunningGateway.Password,
        });

        await IsOAuthError(response, "invalid_grant", "requester-de");
    }

    [Fact]
    public async Task A_wrong_password_is_refused()
    {
        using var response = await gateway.AskForToken(new()
        {
            ["grant_type"] = "password",
            ["username"] = "requester",
            ["password"] = "wrong",
        });

        await IsOAuthError(response, "invalid_grant", "password");
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("86401")]
    [InlineData("soon")]
    public async Task A_life_outside_one_second_to_one_day_is_refused(string ttl)
    {
        using var response = await gateway.AskForToken(new()
        {
            ["grant_type"] = "password",
            ["username"] = "requester",
            ["password"] = RunningGateway.Password,
            ["ttl"] = ttl,
        });

        await IsOAuthError(response, "invalid_request", "86400");
    }

    [Fact]
    public async Task A_token_lives_as_long_as_asked_and_then_is_refused_as_expired()
    {
        var token = await gateway.Token("requester", ttl: 2);
        var claims = Payload(token);
        Assert.Equal(2, claims.GetProperty("exp").GetInt64() - claims.GetProperty("iat").GetInt64());

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var response = await GetRegions(token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        while (response.StatusCode == HttpStatusCode.OK)
        {
            response.Dispose();
            await Task.Delay(50, limit.Token);
            response = await GetRegions(token);
        }

        await response.IsProblem(401, "token-expired");
        response.Dispose();
    }

    private async Task<HttpResponseMessage> GetRegions(string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/regions");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await gateway.Client.SendAsync(request);
    }

    private string Forge(RsaSecurityKey key, string audience) => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Issuer = gateway.Address.AbsoluteUri,
        Audience = audience,
        Claims = new Dictionary<string, object> { ["sub"] = "region-admin", ["roles"] = new[] { "region-admin" } },
        SigningCredentials = new SigningCredentials(key, SecurityAlgorithms.RsaSha256),
    });

    private static async Task IsOAuthError(HttpResponseMessage response, string error, string described)
    {
        var body = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.False(response.IsSuccessStatusCode);
        Assert.Equal(error, body.GetProperty("error").GetString());
        Assert.Contains(described, body.GetProperty("error_description").GetString());
    }

    private static JsonElement Payload(string token) =>
        JsonSerializer.Deserialize<JsonElement>(Base64UrlEncoder.DecodeBytes(token.Split('.')[1]));

    private static string? Text(JsonElement claims, string name) => claims.TryGetProperty(name, out var value) ? value.GetString() : null;
}
