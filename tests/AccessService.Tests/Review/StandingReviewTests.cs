using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Sovereignty.AccessService.Review;
using Sovereignty.Contracts.Access;
using Sovereignty.Contracts.Data;
using Sovereignty.Testing;

namespace Sovereignty.AccessService.Tests.Review;

/// <summary>What was granted, and what waits, follows what people may do.</summary>
[Collection(nameof(RunningAccessService))]
public sealed class StandingReviewTests(RunningAccessService service)
{
    [Fact]
    public async Task Who_loses_the_standing_of_a_requester_loses_what_waits_and_gets_back_what_was_granted()
    {
        var requester = await Requester();
        var (granted, waiting, somebodyElses) = (await Active(requester), await Awaiting(requester), await Active(Person.Requester));

        await service.Changes(requester, active: false);

        await Holds(granted, "suspended");
        await waiting.Reaches("refused");
        Assert.Equal(AccessCodes.StandingMissing, (await waiting.Get()).GetProperty("code").GetString());

        await service.Changes(requester);

        await Holds(granted, "active");
        Assert.Equal("refused", (await waiting.Get()).GetProperty("state").GetString());
        await Heard(granted, nameof(AccessSuspended), nameof(AccessResumed));
        Assert.Equal(nameof(AccessGranted), service.EventsOf(somebodyElses.Id)[^1].Type);
    }

    [Fact]
    public async Task A_change_of_standing_takes_effect_when_it_begins_to_hold()
    {
        var requester = await Requester();
        var life = await Active(requester);
        var from = service.Time.GetUtcNow() + TimeSpan.FromHours(1);

        await service.Changes(requester, active: false, from);
        await Eventually.True(async () => await Due(requester) == 1, "the change is kept until then");
        Assert.Equal("active", await GrantState(life));

        service.Time.Forward(TimeSpan.FromHours(1));

        await Holds(life, "suspended");
        Assert.Equal(0, await Due(requester));
    }

    [Fact]
    public async Task A_request_that_nobody_is_left_for_is_in_an_alarm_until_somebody_is_appointed()
    {
        var (only, next) = (Decider("NL"), Decider("NL"));
        await service.Changes(only);
        var life = await Awaiting(Person.Requester, "NL");

        await service.Changes(only, active: false);

        await Heard(life, nameof(AccessRouted), nameof(AccessStalled));
        Assert.True((await life.Get()).GetProperty("stalled").GetBoolean());
        Assert.Equal(1, await StalledByTheGauge());

        // Another who may decide elsewhere changes nothing.
        await service.Changes(Decider("SE"));
        await service.Changes(next);

        await Heard(life, nameof(AccessRouted), nameof(AccessStalled), nameof(AccessRouted));
        Assert.False((await life.Get()).GetProperty("stalled").GetBoolean());
        Assert.Equal(0, await StalledByTheGauge());
        await life.Command(next, "approve");
    }

    [Fact]
    public async Task A_changed_rule_leaves_what_waits_on_its_route()
    {
        await service.Rule(ClassificationLevel.Content, new ApprovalStage { Name = "Before", Roles = ["approver"], Quorum = 1 });
        var data = $"data-{Guid.NewGuid():N}";
        service.Policies[data] = question => Answers.Restricted(question) with { Classification = ClassificationLevel.Content };
        var life = await Life.Submit(service, data);
        await life.Reaches("awaiting-approval");
        var before = (await life.Get()).ToString();

        await service.Rule(ClassificationLevel.Content, new ApprovalStage { Name = "After", Roles = ["dpo"], Quorum = 1 });
        await service.ReviewAll();

        Assert.Equal(before, (await life.Get()).ToString());
        await life.Command(Person.ApproverDe, "approve");
    }

    [Fact]
    public async Task A_review_that_fails_keeps_no_other_waiting_and_is_seen_in_the_lag()
    {
        var (broken, requester) = ($"broken-{Guid.NewGuid():N}", await Requester());
        var life = await Active(requester);
        await service.Execute(
            $"""
            CREATE FUNCTION access.break_review() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''broken''; END';
            CREATE TRIGGER break_review BEFORE DELETE ON access.standing_review FOR EACH ROW WHEN (old.subject = '{broken}') EXECUTE FUNCTION access.break_review();
            """);
        try
        {
            var since = service.Time.GetUtcNow() - TimeSpan.FromHours(1);
            await service.Execute($"INSERT INTO access.standing_review (tenant_id, subject, version, begins_at, due_at) VALUES ('acme', '{broken}', 1, '{since:O}', '{since:O}')");

            await service.Changes(requester, active: false);

            await Holds(life, "suspended");
            await Eventually.True(
                async () => await service.Query<DateTime>($"SELECT due_at FROM access.standing_review WHERE subject = '{broken}'") > since.UtcDateTime, "it is put off");
            Assert.InRange(await Gauge("access_review_lag_seconds"), 3600, 3600 + 120);
        }
        finally
        {
            await service.Execute("DROP FUNCTION access.break_review CASCADE");
        }

        service.Time.Forward(TimeSpan.FromSeconds(30));
        await Eventually.True(async () => await service.Query<long>($"SELECT count(*) FROM access.standing_review WHERE subject = '{broken}'") == 0, "it is over");
        await service.Walked();
        await Eventually.True(async () => await Gauge("access_review_lag_seconds") == 0, "nothing is due any more");
    }

    private Task<long> StalledByTheGauge() => Gauge("access_requests_stalled");

    private async Task<long> Gauge(string name)
    {
        var last = -1L;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, meters) =>
            {
                if (instrument.Meter.Name == AlarmMetrics.Meter && instrument.Name == name && instrument.Meter.Scope == service.Services.GetRequiredService<IMeterFactory>())
                {
                    meters.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => last = value);
        listener.Start();
        await ((AlarmMetrics)service.Worker(nameof(AlarmMetrics))).Count(CancellationToken.None);
        listener.RecordObservableInstruments();
        return last;
    }

    private static Person Decider(string country) => new($"decider-{Guid.NewGuid():N}", "acme", country, "approver");

    private static Task Holds(Life life, string state) => Eventually.True(async () => await GrantState(life) == state, $"the grant is {state}");

    private static async Task<string?> GrantState(Life life) => (await life.Get()).GetProperty("grant").GetProperty("state").GetString();

    private Task Heard(Life life, params string[] types) => Eventually.True(
        () => service.EventsOf(life.Id).Select(heard => heard.Type).Where(types.Contains).SequenceEqual(types), $"{string.Join(", ", types)} are heard");

    private Task<long> Due(Person person) => service.Query<long>($"SELECT count(*) FROM access.standing_review WHERE subject = '{person.Subject}'");

    private async Task<Person> Requester()
    {
        var requester = new Person($"requester-{Guid.NewGuid():N}", "acme", "US", "requester");
        await service.Stands(requester);
        return requester;
    }

    private async Task<Life> Awaiting(Person requester, string country = "DE")
    {
        var data = $"data-{Guid.NewGuid():N}";
        service.Policies[data] = question => Answers.Restricted(question) with { SourceCountry = country };
        var life = await Life.Submit(service, data, requester: requester);
        await life.Reaches("awaiting-approval");
        return life;
    }

    private async Task<Life> Active(Person requester)
    {
        var life = await Awaiting(requester);
        await life.Command(Person.ApproverDe, "approve");
        return life;
    }
}
