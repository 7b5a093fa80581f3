using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Sovereignty.Gateway.Tests;

public sealed class RoutesTests(RunningGateway gateway) : IClassFixture<RunningGateway>
{
    [Fact]
    public async Task A_request_reaches_the_service_whole()
    {
        using var content = new StringContent("""{"code":"x"}""", Encoding.UTF8, "application/json");
        using var response = await gateway.Send(HttpMethod.Post, "/regions?a=b", "region-admin", content);

        var echo = await response.IsEcho();
        Assert.Equal("POST", echo.Method);
        Assert.Equal("/regions?a=b", echo.Path);
        Assert.Equal("""{"code":"x"}""", echo.Body);
        Assert.StartsWith("Bearer ", echo.Headers["authorization"]);
    }

    [Fact]
    public async Task A_trace_goes_on_in_the_service()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/audit/log/checkpoint");
        request.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        using var response = await gateway.Client.SendAsync(request);

        var echo = await response.IsEcho();
        Assert.StartsWith("00-0af7651916cd43dd8448eb211c80319c-", echo.Headers["traceparent"]);
    }

    [Fact]
    public async Task A_problem_of_a_service_passes_unchanged()
    {
        using var response = await gateway.Send(HttpMethod.Get, "/regions/missing", "requester");

        var problem = await response.IsProblem(404, "region-unknown");
        Assert.Equal("No region has this code.", problem.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task A_service_that_is_down_is_a_problem_that_says_when_to_try_again()
    {
        using var response = await gateway.Send(HttpMethod.Get, "/residency/policies", "requester");

        await response.IsProblem(503, "service-unavailable");
        Assert.NotNull(response.Headers.RetryAfter?.Delta);
    }

    [Theory]
    [InlineData("GET", "/regions")]
    [InlineData("POST", "/regions")]
    [InlineData("DELETE", "/regions/eu-west-1")]
    [InlineData("GET", "/residency/policies")]
    [InlineData("POST", "/residency/evaluate")]
    [InlineData("POST", "/data/classify")]
    [InlineData("GET", "/data/1/classification")]
    [InlineData("POST", "/access/request")]
    [InlineData("GET", "/access/requests")]
    [InlineData("GET", "/access/inbox")]
    [InlineData("GET", "/access/grants")]
    [InlineData("POST", "/access/approve")]
    [InlineData("POST", "/access/check")]
    [InlineData("GET", "/access/webhooks")]
    [InlineData("POST", "/access/decision-proof")]
    [InlineData("GET", "/access/audit")]
    [InlineData("GET", "/audit/log/tile/entries/000")]
    [InlineData("GET", "/audit/anything")]
    [InlineData("GET", "/operations/access-service/messages")]
    [InlineData("GET", "/nowhere")]
    public async Task Without_a_token_nothing_is_answered(string method, string path)
    {
        using var response = await gateway.Send(new HttpMethod(method), path);

        await response.IsProblem(401, "token-missing");
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.Single().Scheme);
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/alive")]
    [InlineData("/audit/log/checkpoint")]
    [InlineData("/audit/log/key")]
    [InlineData("/audit/log/policy")]
    [InlineData("/audit/log/tile/0/000")]
    [InlineData("/audit/log/tile/1/x001/234.p/17")]
    [InlineData("/openapi/region.json")]
    [InlineData("/openapi/access.json")]
    [InlineData("/openapi/gateway/v1.json")]
    [InlineData("/access/decision-proof/keys")]
    [InlineData("/scalar/")]
    public async Task What_everyone_may_see_needs_no_token(string path)
    {
        using var response = await gateway.Send(HttpMethod.Get, path);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("POST", "/regions", "requester", "region-admin")]
    [InlineData("PUT", "/regions/eu-west-1", "policy-admin", "region-admin")]
    [InlineData("POST", "/residency/policies", "requester", "policy-admin")]
    [InlineData("GET", "/access/audit", "requester", "compliance-officer")]
    [InlineData("POST", "/access/request", "approver-de", "requester")]
    [InlineData("GET", "/access/inbox", "requester", "approver, dpo, legal")]
    [InlineData("POST", "/access/approve", "requester", "approver, dpo, legal")]
    [InlineData("POST", "/access/reject", "compliance-officer", "approver, dpo, legal")]
    [InlineData("POST", "/access/revoke", "requester", "approver, dpo, legal, policy-admin, compliance-officer")]
    [InlineData("POST", "/access/preview", "approver-de", "requester")]
    [InlineData("POST", "/access/extend", "approver-de", "requester")]
    [InlineData("GET", "/access/rules", "operator", "policy-admin, compliance-officer, approver, dpo, legal, requester")]
    [InlineData("POST", "/access/rules", "approver-de", "policy-admin, compliance-officer")]
    [InlineData("DELETE", "/access/rules/018f3c00-0000-7000-8000-000000000001", "legal-de", "policy-admin, compliance-officer")]
    [InlineData("PUT", "/access/people/requester", "approver-de", "compliance-officer, policy-admin")]
    [InlineData("POST", "/residency/access-validations", "platform-service", "requester, approver, dpo, legal, compliance-officer, policy-admin")]
    [InlineData("POST", "/access/withdraw", "approver-de", "requester")]
    [InlineData("POST", "/access/give-back", "compliance-officer", "requester")]
    [InlineData("POST", "/access/check", "approver-de", "service, requester, compliance-officer")]
    [InlineData("POST", "/access/use", "requester", "service")]
    [InlineData("GET", "/audit/log/tile/entries/000", "compliance-officer", "operator")]
    [InlineData("GET", "/operations/access-service/messages", "compliance-officer", "operator")]
    [InlineData("POST", "/operations/access-service/messages/access.requests_error/redrive", "policy-admin", "operator")]
    public async Task A_missing_role_is_named(string method, string path, string person, string role)
    {
        using var response = await gateway.Send(new HttpMethod(method), path, person);

        var problem = await response.IsProblem(403, "role-missing");
        Assert.Contains(role, problem.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task The_audit_log_is_open_to_compliance_officers()
    {
        using var response = await gateway.Send(HttpMethod.Get, "/access/audit?from=2026-01-01T00:00:00Z", "compliance-officer");

        Assert.Equal("/access/audit?from=2026-01-01T00:00:00Z", (await response.IsEcho()).Path);
    }

    [Theory]
    [InlineData("POST", "/access/request", "requester")]
    [InlineData("GET", "/access/requests?state=approved&limit=10", "requester")]
    [InlineData("GET", "/access/requests/018f3c00-0000-7000-8000-000000000001", "compliance-officer")]
    [InlineData("GET", "/access/inbox", "dpo-de")]
    [InlineData("GET", "/access/inbox", "legal-de")]
    [InlineData("POST", "/access/approve", "legal-de")]
    [InlineData("GET", "/access/purposes", "requester-globex")]
    [InlineData("GET", "/access/rules", "requester")]
    [InlineData("GET", "/access/rules/018f3c00-0000-7000-8000-000000000001/versions", "legal-de")]
    [InlineData("POST", "/access/rules", "compliance-officer")]
    [InlineData("PUT", "/access/rules/018f3c00-0000-7000-8000-000000000001", "policy-admin")]
    [InlineData("DELETE", "/access/rules/018f3c00-0000-7000-8000-000000000001", "policy-admin")]
    [InlineData("GET", "/access/people?role=approver", "compliance-officer")]
    [InlineData("GET", "/access/people/approver-de/versions", "approver-de")]
    [InlineData("PUT", "/access/people/approver-de?tenant=acme", "policy-admin")]
    [InlineData("GET", "/access/grants", "requester")]
    [InlineData("POST", "/access/approve", "approver-de")]
    [InlineData("POST", "/access/reject", "dpo-de")]
    [InlineData("POST", "/access/revoke", "policy-admin")]
    [InlineData("POST", "/access/withdraw", "requester")]
    [InlineData("POST", "/access/give-back", "requester-de")]
    [InlineData("POST", "/access/check", "requester")]
    [InlineData("POST", "/access/use", "platform-service")]
    [InlineData("POST", "/access/preview", "requester")]
    [InlineData("POST", "/access/extend", "requester")]
    [InlineData("POST", "/access/webhooks", "approver-de")]
    [InlineData("DELETE", "/access/webhooks/1", "approver-de")]
    public async Task Cross_border_access_goes_to_its_service(string method, string path, string person)
    {
        using var response = await gateway.Send(new HttpMethod(method), path, person);

        var echo = await response.IsEcho();
        Assert.Equal((method, path), (echo.Method, echo.Path));
    }

    [Theory]
    [InlineData("GET", "region-service", "")]
    [InlineData("GET", "audit-service", "/audit.events_dead?limit=5")]
    [InlineData("GET", "access-service", "/access.requests_error/018f3c00-0000-7000-8000-000000000001")]
    [InlineData("POST", "access-service", "/access.requests_error/redrive")]
    [InlineData("POST", "access-service", "/access.requests_error/018f3c00-0000-7000-8000-000000000001/discard")]
    public async Task Error_queues_are_those_of_the_service_in_the_path(string method, string service, string rest)
    {
        using var response = await gateway.Send(new HttpMethod(method), $"/operations/{service}/messages{rest}", "operator");

        var echo = await response.IsEcho();
        Assert.Equal((method, $"/operations/messages{rest}"), (echo.Method, echo.Path));
    }

    [Theory]
    [InlineData("GET", "/operations/nobody-service/messages")]
    [InlineData("GET", "/operations/messages")]
    public async Task Error_queues_of_no_service_are_not_found(string method, string path)
    {
        using var response = await gateway.Send(new HttpMethod(method), path, "operator");

        await response.IsProblem(404, "not-found");
    }

    [Theory]
    [InlineData("GET", "/access/request", "POST")]
    [InlineData("GET", "/access/approve", "POST")]
    [InlineData("GET", "/access/decision-proof", "POST")]
    [InlineData("POST", "/access/inbox", "GET")]
    [InlineData("POST", "/access/audit", "GET")]
    [InlineData("DELETE", "/access/requests/018f3c00-0000-7000-8000-000000000001", "GET")]
    public async Task Cross_border_access_takes_the_methods_it_has(string method, string path, string allowed)
    {
        using var response = await gateway.Send(new HttpMethod(method), path, "approver-de");

        await response.IsProblem(405, "method-not-allowed");
        Assert.Equal([allowed], response.Content.Headers.Allow);
    }

    [Fact]
    public async Task An_unknown_path_is_a_problem()
    {
        using var response = await gateway.Send(HttpMethod.Get, "/nowhere", "requester");

        await response.IsProblem(404, "not-found");
    }

    [Fact]
    public async Task A_method_that_a_path_does_not_take_is_a_problem()
    {
        using var response = await gateway.Send(HttpMethod.Delete, "/data/1", "requester");

        await response.IsProblem(405, "method-not-allowed");
    }

    [Fact]
    public async Task A_document_comes_from_its_service()
    {
        using var response = await gateway.Send(HttpMethod.Get, "/openapi/region.json");

        Assert.Equal("3.1.1", (await response.Content.ReadFromJsonAsync<Dictionary<string, string>>())!["openapi"]);
    }

    [Fact]
    public async Task The_gateway_describes_its_own_endpoints_and_no_others()
    {
        var document = await gateway.Client.GetFromJsonAsync<JsonElement>("/openapi/gateway/v1.json");

        Assert.Equal(["/access/decision-proof", "/access/decision-proof/keys"], document.GetProperty("paths").EnumerateObject().Select(path => path.Name));
    }

    [Fact]
    public async Task The_first_page_leads_to_the_api_reference()
    {
        using var response = await gateway.Send(HttpMethod.Get, "/");

        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.Equal("/scalar", response.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task The_api_reference_loads_nothing_from_elsewhere()
    {
        var page = await gateway.Client.GetStringAsync("/scalar/");

        Assert.DoesNotContain("https://", page);
        Assert.DoesNotContain("http://", page);
    }

    [Fact]
    public async Task Answers_carry_security_headers_and_do_not_name_the_server()
    {
        using var response = await gateway.Send(HttpMethod.Get, "/regions", "requester");

        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("DENY", response.Headers.GetValues("X-Frame-Options").Single());
        Assert.Contains("default-src 'none'", response.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Empty(response.Headers.Server);
    }
}
