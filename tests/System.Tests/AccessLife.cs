using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Sovereignty.SystemTests;

/// <summary>One request, driven through any outage by people who try again with the same Idempotency-Key until they are answered.</summary>
internal sealed class AccessLife(PlatformFixture platform, string data, int number)
{
    private static readonly (string Person, string Command)[][] Plans =
    [
        [("approver-de", "approve"), ("compliance-officer", "revoke")],
        [("approver-de-2", "approve"), ("requester", "give-back")],
        [("dpo-de", "reject")],
        [("requester", "withdraw")],
        [("approver-de", "revoke")],
        [("approver-de", "approve")],
    ];

    private static readonly string[] Ends = ["revoked", "given-back", "denied", "withdrawn", "denied", "ended"];
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public Guid Id { get; private set; }

    public string Outcome { get; private set; } = "";

    public int Version { get; private set; }

    public int Steps { get; private set; }

    public string Expected => Ends[number % Plans.Length];

    public async Task Run()
    {
        var submitted = await Post("requester", "request", new
        {
            dataId = data,
            sourceRegion = "eu-central-1",
            targetRegion = "us-east-1",
            targetCountry = "US",
            purpose = "customer-support",
            actions = new[] { "read" },
            justification = $"Ticket {number}",
            duration = Expected == "ended" ? "PT2S" : "PT8H",
            mechanism = new { kind = "scc", reference = "SCC-1", validUntil = "2099-01-01T00:00:00Z" },
        });
        Id = submitted.GetProperty("requestId").GetGuid();
        await Reaches("awaiting-approval");
        foreach (var (person, command) in Plans[number % Plans.Length])
        {
            await Post(person, command, new { requestId = Id, reason = "as planned" });
            Steps++;
        }

        await Reaches(Expected);
    }

    private async Task Reaches(string state)
    {
        while (true)
        {
            if (await Try(client => client.GetAsync($"/access/requests/{Id}"), "compliance-officer") is { } view)
            {
                (Outcome, Version) = (view.GetProperty("state").GetString()!, view.GetProperty("version").GetInt32());
                if (Outcome == state && (state != "ended" || Stored(view)))
                {
                    Steps++;
                    return;
                }
            }

            await Task.Delay(Pause);
        }
    }

    // Ended by the clock is told at once; that the end was noticed too shows in who ended it.
    private static bool Stored(JsonElement view) => view.GetProperty("code").GetString() == "ended";

    private async Task<JsonElement> Post(string person, string command, object body)
    {
        var key = Guid.NewGuid().ToString();
        while (true)
        {
            var answer = await Try(client =>
            {
                var request = new HttpRequestMessage(HttpMethod.Post, $"/access/{command}") { Content = JsonContent.Create(body) };
                request.Headers.Add("Idempotency-Key", key);
                return client.SendAsync(request);
            }, person);
            if (answer is { } done)
            {
                return done;
            }

            await Task.Delay(Pause);
        }
    }

    /// <returns>Null where one has to try again.</returns>
    private async Task<JsonElement?> Try(Func<HttpClient, Task<HttpResponseMessage>> send, string person)
    {
        try
        {
            using var response = await send(await platform.Client(person));
            if (response.StatusCode is HttpStatusCode.OK or HttpStatusCode.Created)
            {
                return await response.Content.ReadFromJsonAsync<JsonElement>();
            }

            return response.StatusCode is HttpStatusCode.Accepted or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError or (HttpStatusCode)499
                || await IsInUse(response)
                ? null
                : throw new InvalidOperationException($"{person}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or TaskCanceledException)
        {
            return null;
        }
    }

    private static async Task<bool> IsInUse(HttpResponseMessage response) =>
        response.StatusCode is HttpStatusCode.Conflict && (await response.Content.ReadAsStringAsync()).Contains("idempotency-key-in-use", StringComparison.Ordinal);
}
