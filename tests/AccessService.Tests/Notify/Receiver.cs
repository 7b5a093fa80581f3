using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Sovereignty.Testing;

namespace Sovereignty.AccessService.Tests.Notify;

internal sealed record Call(string Id, string Timestamp, string Signature, string Body)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public string Kind => Json.GetProperty("kind").GetString()!;

    public string State => Json.GetProperty("state").GetString()!;

    /// <summary>Verified as a receiver does that knows nothing but the specification.</summary>
    public bool IsSignedWith(string secret)
    {
        var signed = Encoding.UTF8.GetBytes($"{Id}.{Timestamp}.{Body}");
        return Signature == "v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), signed));
    }
}

/// <summary>Somebody's receiver on a real port, and the webhook registered for it.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly RunningAccessService _service;
    private readonly Person _owner;
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Call> _calls = new();
    private readonly CancellationTokenSource _hangs = new();

    private Receiver(RunningAccessService service, Person owner, WebApplication app)
    {
        _service = service;
        _owner = owner;
        _app = app;
    }

    /// <summary>How the calls are answered, the first by the first; with 200 where nothing is left.</summary>
    public ConcurrentQueue<int> Answers { get; } = new();

    public bool Hangs { get; set; }

    public string? Location { get; set; }

    public Guid WebhookId { get; private set; }

    public string Secret { get; private set; } = "";

    public string Url => $"{_app.Urls.First()}/hook";

    public static async Task<Receiver> Start(RunningAccessService service, Person owner, params string[]? kinds)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var receiver = new Receiver(service, owner, app);
        app.MapPost("/hook", (Delegate)receiver.Answer);
        await app.StartAsync();
        var response = await service.Client(owner).PostAsJsonAsync("/access/webhooks", new { url = receiver.Url, kinds = kinds is [] ? null : kinds });
        var body = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True((int)response.StatusCode == 201, body.ToString());
        receiver.WebhookId = body.GetProperty("webhookId").GetGuid();
        receiver.Secret = body.GetProperty("secret").GetString()!;
        return receiver;
    }

    public IReadOnlyList<Call> Calls(Life life) => [.. _calls.Where(call => call.Json.GetProperty("requestId").GetGuid() == life.Id)];

    /// <summary>Waits until so many calls came about a request, and returns them.</summary>
    public async Task<IReadOnlyList<Call>> Hears(Life life, int count = 1)
    {
        await Eventually.True(() => Calls(life).Count >= count, $"{_owner.Subject} hears {count} times of the request");
        return Calls(life);
    }

    /// <summary>The log of deliveries about a request, newest first.</summary>
    public async Task<IReadOnlyList<JsonElement>> Log(Life life)
    {
        var page = await _service.Client(_owner).GetFromJsonAsync<JsonElement>($"/access/webhooks/{WebhookId}/deliveries?limit=500");
        return [.. page.GetProperty("items").EnumerateArray().Where(item => item.GetProperty("requestId").GetGuid() == life.Id)];
    }

    /// <summary>Waits until the newest delivery about a request is as wanted, and returns it.</summary>
    public async Task<JsonElement> Logs(Life life, Func<JsonElement, bool> condition, string what)
    {
        await Eventually.True(async () => await Log(life) is [var newest, ..] && condition(newest), what);
        return (await Log(life))[0];
    }

    public async ValueTask DisposeAsync()
    {
        await _hangs.CancelAsync();
        await _service.Client(_owner).DeleteAsync($"/access/webhooks/{WebhookId}");
        await _app.DisposeAsync();
    }

    private async Task<IResult> Answer(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        _calls.Enqueue(new(
            http.Request.Headers["webhook-id"].ToString(),
            http.Request.Headers["webhook-timestamp"].ToString(),
            http.Request.Headers["webhook-signature"].ToString(),
            await reader.ReadToEndAsync()));
        if (Hangs)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, _hangs.Token);
            await Task.Delay(Timeout.Infinite, either.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        }

        if (Location is not null)
        {
            http.Response.Headers.Location = Location;
        }

        return Results.StatusCode(Answers.TryDequeue(out var status) ? status : 200);
    }
}
