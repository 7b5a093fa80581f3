using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Sovereignty.Testing;

namespace Sovereignty.SystemTests;

/// <summary>The sample platform service, with the client package in it, on the whole platform.</summary>
[Collection(nameof(PlatformFixture))]
public sealed class SampleServiceTests(PlatformFixture platform)
{
    [Fact]
    public async Task It_stores_what_may_be_stored_and_shows_it_to_whom_it_may_be_shown()
    {
        await using var sample = await Sample.Start(platform);
        var id = $"document-{Guid.NewGuid():N}";
        Assert.Equal("classification-unknown", await sample.Store(id + "-odd", "secret"));
        Assert.Null(await sample.Store(id, "identity"));
        Assert.Null(await sample.Store(id, "identity"));
        Assert.Equal("data-id-reused", await sample.Store(id, "operational"));
        Assert.Equal("not-granted", await sample.Read(id));

        var request = (await Post("requester", "request", new
        {
            dataId = id,
            sourceRegion = "eu-central-1",
            targetRegion = "us-east-1",
            targetCountry = "US",
            purpose = "customer-support",
            actions = new[] { "read" },
            justification = "Ticket 4711",
            duration = "PT1H",
            mechanism = new { kind = "scc", reference = "SCC-1", validUntil = "2099-01-01T00:00:00Z" },
        })).GetProperty("requestId").GetGuid();
        await Reaches(request, "awaiting-approval");
        await Post("approver-de", "approve", new { requestId = request, reason = "Needed for the ticket." });
        await Eventually.True(async () => await sample.Read(id) is null, "the person may read");
        Assert.Equal("action-not-covered", await sample.Export(id));

        await Post("compliance-officer", "revoke", new { requestId = request, reason = "No longer needed." });
        await Eventually.True(async () => await sample.Read(id) == "revoked", "the person may read no more", TimeSpan.FromSeconds(10));
        Assert.Equal("revoked", await sample.Export(id));
    }

    private async Task<JsonElement> Post(string person, string command, object body)
    {
        var response = await (await platform.Client(person)).PostAsJsonAsync($"/access/{command}", body);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True(response.IsSuccessStatusCode, answer.ToString());
        return answer;
    }

    private async Task Reaches(Guid request, string state)
    {
        var client = await platform.Client("compliance-officer");
        await Eventually.True(async () => (await client.GetFromJsonAsync<JsonElement>($"/access/requests/{request}")).GetProperty("state").GetString() == state, $"the request is {state}");
    }

    private sealed class Sample(Process process, HttpClient client) : IAsyncDisposable
    {
        public static async Task<Sample> Start(PlatformFixture platform)
        {
            var port = FreePort();
            var start = new ProcessStartInfo("dotnet", Path.Combine(RealParts.Repository, "samples/DocumentService/bin", RealParts.Configuration, "net10.0/Sovereignty.DocumentService.dll"))
            {
                Environment =
                {
                    ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}",
                    ["Logging__LogLevel__Default"] = "None",
                    ["SSL_CERT_FILE"] = platform.Authority,
                    ["Sovereignty__Gateway"] = platform.Gateway.ToString(),
                    ["Sovereignty__Broker"] = platform.Amqp("platform-service"),
                    ["Sovereignty__Token"] = await platform.Token("platform-service"),
                },
            };
            var sample = new Sample(Process.Start(start)!, new() { BaseAddress = new($"http://127.0.0.1:{port}") });
            await Eventually.True(sample.IsReady, "the sample is ready", TimeSpan.FromSeconds(60));
            return sample;
        }

        /// <returns>Null where it was stored, otherwise why not.</returns>
        public async Task<string?> Store(string id, string classification) =>
            await Code(await client.PostAsJsonAsync("/documents", new { id, type = "customer-profile", classification, originCountry = "DE", text = "..." }));

        public Task<string?> Read(string id) => Ask(HttpMethod.Get, $"/documents/{id}");

        public Task<string?> Export(string id) => Ask(HttpMethod.Post, $"/documents/{id}/exports");

        public async ValueTask DisposeAsync()
        {
            client.Dispose();
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        private async Task<bool> IsReady()
        {
            Assert.False(process.HasExited);
            try
            {
                return (await client.GetAsync("/health")).StatusCode == HttpStatusCode.OK;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }

        private async Task<string?> Ask(HttpMethod method, string path)
        {
            using var request = new HttpRequestMessage(method, path) { Headers = { { "X-Person", "requester" }, { "X-Region", "us-east-1" }, { "X-Purpose", "customer-support" } } };
            return await Code(await client.SendAsync(request));
        }

        private static async Task<string?> Code(HttpResponseMessage response) =>
            response.IsSuccessStatusCode ? null : (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString();

        private static int FreePort()
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            return ((IPEndPoint)socket.LocalEndPoint!).Port;
        }
    }
}
