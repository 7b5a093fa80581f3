using System.Diagnostics;
using Sovereignty.Cli.Access;
using Sovereignty.Cli.Demo;
using Sovereignty.Contracts.Access;

namespace Sovereignty.Cli.Bench;

internal sealed record Measured(string What, Latencies Took);

/// <summary>Measures each kind of request once, in an order in which each has something to do.</summary>
internal sealed class AccessRound : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);

    private readonly Person _requester;
    private readonly Person _approver;
    private readonly Person _service;
    private readonly HttpClient _requesterHttp;
    private readonly HttpClient _approverHttp;
    private readonly HttpClient _officerHttp;
    private readonly HttpClient _foreignerHttp;

    private AccessRound(HttpClient requester, HttpClient approver, HttpClient officer, HttpClient foreigner, Person service)
    {
        (_requesterHttp, _approverHttp, _officerHttp, _foreignerHttp, _service) = (requester, approver, officer, foreigner, service);
        (_requester, _approver) = (new("requester", requester), new("approver-de", approver));
    }

    /// <summary>A request that was approved.</summary>
    public Guid Approved { get; private set; }

    public static async Task<AccessRound> SignIn(Platform platform) => new(
        await platform.SignIn("requester"),
        await platform.SignIn("approver-de"),
        await platform.SignIn("compliance-officer"),
        await platform.SignIn("compliance-globex"),
        await Person.SignIn(platform, "platform-service"));

    public async Task<IReadOnlyList<Measured>> Measure(int samples, IReadOnlyList<string> data, CancellationToken cancellationToken)
    {
        var pending = new List<Guid>();
        var measured = new List<Measured>();
        await Time("request until routed", async number => pending.Add(await AskUntilRouted(Wanted(data[number % data.Count]))));
        await Get("inbox", _approverHttp, "/access/inbox");
        await Get("list, all of the tenant", _officerHttp, "/access/requests");
        await Get("list, own", _requesterHttp, "/access/requests");
        await Get("list, own country", _approverHttp, "/access/requests");
        await Get("list, awaiting approval", _officerHttp, "/access/requests?state=awaiting-approval");
        await Get("list, in a rare state", _officerHttp, "/access/requests?state=given-back");
        await Get("list, about some data", _officerHttp, $"/access/requests?dataId={data[0]}");
        await Get("list, of another tenant", _foreignerHttp, "/access/requests");
        await Time("approve until done", number => Approve(pending[number]));
        await Get("grants, own", _requesterHttp, "/access/grants");
        await Time("check", number => _service.Check(_requester, Wanted(data[number % data.Count])));
        Approved = pending[0];
        return measured;

        Task Get(string what, HttpClient client, string path) => Time(what, async _ =>
        {
            using var response = await client.GetAsync(path, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                throw new PlatformException($"GET {path}: {(int)response.StatusCode}");
            }
        });

        async Task Time(string what, Func<int, Task> act)
        {
            var took = new List<TimeSpan>();
            for (var number = 0; number < samples; number++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var begun = Stopwatch.GetTimestamp();
                await act(number);
                took.Add(Stopwatch.GetElapsedTime(begun));
            }

            measured.Add(new(what, Latencies.Of(took)));
        }
    }

    public void Dispose()
    {
        _requester.Dispose();
        _approver.Dispose();
        _service.Dispose();
        _officerHttp.Dispose();
        _foreignerHttp.Dispose();
    }

    private async Task<Guid> AskUntilRouted(AccessWanted wanted)
    {
        var request = await _requester.Ask(wanted);
        while (request.State is "submitted" or "validating")
        {
            await Task.Delay(Pause);
            request = await _requester.Get(request.RequestId);
        }

        return request.State == "awaiting-approval"
            ? request.RequestId
            : throw new PlatformException($"A request became {request.State} ({request.Code}) instead of awaiting approval.");
    }

    private async Task Approve(Guid request)
    {
        var answer = await _approver.Say("approve", request, "Needed for the ticket.");
        if (answer.Request is null)
        {
            throw new PlatformException($"An approval was refused: {answer.Code}.");
        }
    }

    public static AccessWanted Wanted(string dataId) => new()
    {
        DataId = dataId,
        SourceRegion = "eu-central-1",
        TargetRegion = "us-east-1",
        TargetCountry = "US",
        Purpose = "customer-support",
        Justification = "Ticket 4711: the customer asks for help.",
        Duration = "PT15M",
        Mechanism = new() { Kind = TransferMechanismKind.Scc, Reference = "SCC-2026-0042", ValidUntil = TimeProvider.System.GetUtcNow() + TimeSpan.FromDays(365) },
    };
}
