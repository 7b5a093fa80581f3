using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Sovereignty.Gateway.Tests;

public sealed class LimitsTests(RunningGateway gateway) : IClassFixture<RunningGateway>
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_megabyte_is_too_much_announced_or_in_chunks(bool chunked)
    {
        using var content = Json(1024 * 1024, chunked);
        using var response = await gateway.Send(HttpMethod.Post, "/regions", "region-admin", content);

        await response.IsProblem(413, "body-too-large");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_of_just_the_limit_passes_announced_or_in_chunks(bool chunked)
    {
        using var content = Json(256 * 1024, chunked);
        using var response = await gateway.Send(HttpMethod.Post, "/regions", "region-admin", content);

        Assert.Equal(256 * 1024, (await response.IsEcho()).Body.Length);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task One_byte_more_than_the_limit_does_not(bool chunked)
    {
        using var content = Json((256 * 1024) + 1, chunked);
        using var response = await gateway.Send(HttpMethod.Post, "/regions", "region-admin", content);

        await response.IsProblem(413, "body-too-large");
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/xml")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData(null)]
    public async Task A_body_that_is_not_json_is_refused(string? type)
    {
        using var content = new ByteArrayContent("code=x"u8.ToArray());
        content.Headers.ContentType = type is null ? null : new MediaTypeHeaderValue(type);
        using var response = await gateway.Send(HttpMethod.Post, "/regions", "region-admin", content);

        await response.IsProblem(415, "content-type-unsupported");
    }

    [Fact]
    public async Task A_caller_who_asks_too_often_waits_and_another_does_not()
    {
        var strict = new RunningGateway();
        await strict.Start("--RateLimit:PermitsPerSecond=1", "--RateLimit:Burst=3");
        try
        {
            var (eager, patient) = (await strict.Token("requester"), await strict.Token("requester-globex"));
            HttpResponseMessage? refused = null;
            for (var i = 0; i < 50 && refused is null; i++)
            {
                var response = await Get(strict, eager);
                if (response.StatusCode == HttpStatusCode.TooManyRequests)
                {
                    refused = response;
                }
            }

            Assert.NotNull(refused);
            await refused.IsProblem(429, "rate-limited");
            Assert.NotNull(refused.Headers.RetryAfter?.Delta);
            using var other = await Get(strict, patient);
            Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        }
        finally
        {
            await strict.DisposeAsync();
        }
    }

    private static async Task<HttpResponseMessage> Get(RunningGateway gateway, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/regions");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await gateway.Client.SendAsync(request);
    }

    private static HttpContent Json(int size, bool chunked)
    {
        var bytes = Encoding.ASCII.GetBytes("\"" + new string('x', size - 2) + "\"");
        HttpContent content = chunked ? new Chunks(bytes) : new ByteArrayContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    private sealed class Chunks(byte[] bytes) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => stream.WriteAsync(bytes).AsTask();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
