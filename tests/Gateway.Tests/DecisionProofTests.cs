using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Claims;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Sovereignty.Contracts.Access;
using Sovereignty.Gateway.Issuer;
using Sovereignty.Gateway.Proofs;

namespace Sovereignty.Gateway.Tests;

public sealed class DecisionProofTests(RunningGateway gateway) : IClassFixture<RunningGateway>
{
    private const string Path = "/access/decision-proof";
    private static readonly Guid Request = Guid.Parse("018f3c00-0000-7000-8000-000000000001");

    [Theory]
    [InlineData("approver-de", "Approver DE", "approver", "approve")]
    [InlineData("dpo-de", "Data Protection Officer DE", "dpo", "deny")]
    public async Task A_proof_names_the_approver_the_request_and_the_decision(string person, string name, string role, string decision)
    {
        using var response = await Ask(person, $$"""{"requestId":"{{Request}}","decision":"{{decision}}"}""");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True(response.Headers.CacheControl?.NoStore);
        var body = await response.Content.ReadFromJsonAsync<JsonElement>();
        var proof = new JsonWebToken(body.GetProperty("proof").GetString());
        Assert.Equal("ES256", proof.Alg);
        Assert.Equal("decision-proof+jwt", proof.Typ);
        Assert.Equal(body.GetProperty("expiresAt").GetDateTimeOffset().UtcDateTime, proof.ValidTo);

        var claims = Payload(proof);
        Assert.Equal(gateway.Address.AbsoluteUri, claims.GetProperty("iss").GetString());
        Assert.Equal("sovereignty-access-decision", claims.GetProperty("aud").GetString());
        Assert.Equal(person, claims.GetProperty("sub").GetString());
        Assert.Equal(gateway.Address.AbsoluteUri, claims.GetProperty("subject_iss").GetString());
        Assert.Equal(name, claims.GetProperty("name").GetString());
        Assert.Equal("acme", claims.GetProperty("tenant").GetString());
        Assert.Equal("DE", claims.GetProperty("country").GetString());
        Assert.Equal([role], claims.GetProperty("roles").EnumerateArray().Select(item => item.GetString()!));
        Assert.Equal(Request, claims.GetProperty("request_id").GetGuid());
        Assert.Equal(decision, claims.GetProperty("decision").GetString());
        Assert.Equal(300, claims.GetProperty("exp").GetInt64() - claims.GetProperty("iat").GetInt64());
        Assert.Equal(claims.GetProperty("iat").GetInt64(), claims.GetProperty("nbf").GetInt64());
    }

    [Fact]
    public async Task The_published_keys_verify_a_proof_and_hold_nothing_private()
    {
        var proof = await Proof("approver-de");
        using var response = await gateway.Client.GetAsync($"{Path}/keys");
        var text = await response.Content.ReadAsStringAsync();

        Assert.True(response.Headers.CacheControl is { Public: true, MaxAge.TotalMinutes: > 0 });
        Assert.False(JsonSerializer.Deserialize<JsonElement>(text).GetProperty("keys")[0].TryGetProperty("d", out _));
        Assert.True(await IsValid(proof, new JsonWebKeySet(text)));
        Assert.False(await IsValid(proof, new JsonWebKeySet(await gateway.Client.GetStringAsync("/.well-known/jwks"))));
        Assert.False(await IsValid(Changed(proof), new JsonWebKeySet(text)));
    }

    [Fact]
    public async Task Two_proofs_of_the_same_decision_are_two()
    {
        var ids = new[] { await Proof("approver-de"), await Proof("approver-de") }.Select(proof => new JsonWebToken(proof).Id);

        Assert.Equal(2, ids.Distinct().Count());
    }

    [Fact]
    public async Task A_proof_opens_no_other_door()
    {
        using var response = await Send(HttpMethod.Get, "/access/inbox", await Proof("approver-de"));

        await response.IsProblem(401, "token-invalid");
    }

    [Theory]
    [InlineData("requester")]
    [InlineData("compliance-officer")]
    [InlineData("policy-admin")]
    [InlineData("platform-service")]
    public async Task Who_may_not_decide_gets_no_proof(string person)
    {
        using var response = await Ask(person, $$"""{"requestId":"{{Request}}","decision":"approve"}""");

        await response.IsProblem(403, "role-missing");
    }

    [Fact]
    public async Task An_expired_token_gets_no_proof()
    {
        using var response = await Send(HttpMethod.Post, Path, Forge("acme", expired: true), Good());

        await response.IsProblem(401, "token-expired");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("*")]
    [InlineData("")]
    public async Task An_approver_of_no_one_tenant_gets_no_proof(string? tenant)
    {
        using var response = await Send(HttpMethod.Post, Path, Forge(tenant), Good());

        await response.IsProblem(403, "tenant-missing");
    }

    [Theory]
    [InlineData("""{"decision":"approve"}""", 400, "body-invalid")]
    [InlineData("""{"requestId":"018f3c00-0000-7000-8000-000000000001"}""", 400, "body-invalid")]
    [InlineData("""{"requestId":"018f3c00-0000-7000-8000-000000000001","decision":null}""", 400, "body-invalid")]
    [InlineData("""{"requestId":"018f3c00-0000-7000-8000-000000000001","decision":"revoke"}""", 400, "body-invalid")]
    [InlineData("""{"requestId":"018f3c00-0000-7000-8000-000000000001","decision":0}""", 400, "body-invalid")]
    [InlineData("""{"requestId":"018f","decision":"approve"}""", 400, "body-invalid")]
    [InlineData("""{"requestId":""", 400, "body-invalid")]
    [InlineData("null", 400, "request-invalid")]
    [InlineData("", 400, "request-invalid")]
    [InlineData("""{"requestId":"00000000-0000-0000-0000-000000000000","decision":"approve"}""", 422, "input-invalid")]
    public async Task A_body_that_names_no_decision_on_no_request_is_refused(string body, int status, string code)
    {
        using var response = await Ask("approver-de", body);

        await response.IsProblem(status, code);
    }

    [Fact]
    public void A_proof_lives_five_minutes_of_the_clock_given()
    {
        using var folder = new TemporaryFolder();
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 8, 0, 0, 700, TimeSpan.Zero));
        var proofs = new DecisionProofs(new Uri("https://gateway.example"), ProofKey.LoadOrCreate(folder.Path), clock);

        var proof = proofs.Sign(Approver(), new() { RequestId = Request, Decision = ApprovalDecision.Approve, Duration = "PT1H" });

        var token = new JsonWebToken(proof.Proof);
        Assert.Equal(new DateTime(2026, 11, 23, 8, 0, 0), token.ValidFrom);
        Assert.Equal(new DateTime(2026, 11, 23, 8, 5, 0), token.ValidTo);
        Assert.Equal(token.ValidTo, proof.ExpiresAt.UtcDateTime);
        Assert.Equal("PT1H", token.GetPayloadValue<string>("duration"));
    }

    [Fact]
    public void All_roles_of_an_approver_stand_in_a_list_and_what_is_unknown_is_left_out()
    {
        using var folder = new TemporaryFolder();
        var proofs = new DecisionProofs(new Uri("https://gateway.example"), ProofKey.LoadOrCreate(folder.Path), TimeProvider.System);
        var user = Approver(new Claim("roles", "dpo"));

        var claims = Payload(new JsonWebToken(proofs.Sign(user, new() { RequestId = Request, Decision = ApprovalDecision.Deny }).Proof));

        Assert.Equal(["approver", "dpo"], claims.GetProperty("roles").EnumerateArray().Select(role => role.GetString()!));
        Assert.Equal("https://elsewhere.example", claims.GetProperty("subject_iss").GetString());
        Assert.False(claims.TryGetProperty("name", out _));
        Assert.False(claims.TryGetProperty("duration", out _));
        Assert.False(claims.TryGetProperty("country", out _));
    }

    [Fact]
    public void The_key_outlives_a_restart_and_only_its_owner_reads_it()
    {
        for (var round = 0; round < 50; round++)
        {
            using var folder = new TemporaryFolder();

            var keys = Enumerable.Range(0, 8).AsParallel().WithDegreeOfParallelism(8).Select(_ => ProofKey.LoadOrCreate(folder.Path).KeyId).ToList();

            Assert.Equal(keys[0], ProofKey.LoadOrCreate(folder.Path).KeyId);
            Assert.Single(keys.Distinct());
            var file = Assert.Single(Directory.GetFiles(folder.Path));
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            }
        }
    }

    [Fact]
    public async Task Without_a_key_folder_proofs_are_not_supported()
    {
        var other = new RunningGateway();
        await other.Start("--Proofs:KeyFolder=");
        try
        {
            using var proof = await other.Send(HttpMethod.Post, Path, "approver-de", Good());
            using var keys = await other.Send(HttpMethod.Get, $"{Path}/keys");

            await proof.IsProblem(501, "not-supported");
            await keys.IsProblem(501, "not-supported");
        }
        finally
        {
            await other.DisposeAsync();
        }
    }

    private static ClaimsPrincipal Approver(params Claim[] more) => new(new ClaimsIdentity(
        [new("iss", "https://elsewhere.example"), new("sub", "anna"), new("tenant", "acme"), new("roles", "approver"), .. more], "test", "sub", "roles"));

    private static StringContent Good() => Json($$"""{"requestId":"{{Request}}","decision":"approve"}""");

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    private Task<HttpResponseMessage> Ask(string person, string body) => gateway.Send(HttpMethod.Post, Path, person, Json(body));

    private async Task<string> Proof(string person)
    {
        using var response = await gateway.Send(HttpMethod.Post, Path, person, Good());
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("proof").GetString()!;
    }

    private async Task<HttpResponseMessage> Send(HttpMethod method, string path, string token, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await gateway.Client.SendAsync(request);
    }

    private string Forge(string? tenant, bool expired = false)
    {
        var claims = new Dictionary<string, object> { ["sub"] = "anna", ["roles"] = new[] { "approver" } };
        if (tenant is not null)
        {
            claims["tenant"] = tenant;
        }

        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = gateway.Address.AbsoluteUri,
            Audience = "sovereignty",
            NotBefore = now.AddHours(-2),
            Expires = now.AddHours(expired ? -1 : 1),
            Claims = claims,
            SigningCredentials = new SigningCredentials(SigningKey.LoadOrCreate(gateway.KeyFolder), SecurityAlgorithms.RsaSha256),
        });
    }

    private async Task<bool> IsValid(string proof, JsonWebKeySet keys)
    {
        var result = await new JsonWebTokenHandler { MapInboundClaims = false }.ValidateTokenAsync(proof, new TokenValidationParameters
        {
            ValidIssuer = gateway.Address.AbsoluteUri,
            ValidAudience = "sovereignty-access-decision",
            ValidAlgorithms = ["ES256"],
            ValidTypes = ["decision-proof+jwt"],
            IssuerSigningKeys = keys.GetSigningKeys(),
        });
        return result.IsValid;
    }

    private static string Changed(string proof)
    {
        var parts = proof.Split('.');
        var payload = Encoding.UTF8.GetString(Base64UrlEncoder.DecodeBytes(parts[1])).Replace("\"approve\"", "\"deny\"", StringComparison.Ordinal);
        return $"{parts[0]}.{Base64UrlEncoder.Encode(payload)}.{parts[2]}";
    }

    private static JsonElement Payload(JsonWebToken token) =>
        JsonSerializer.Deserialize<JsonElement>(Base64UrlEncoder.DecodeBytes(token.EncodedPayload));

    private sealed class TemporaryFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("proof-keys").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
