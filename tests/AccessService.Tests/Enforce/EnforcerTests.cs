using Sovereignty.AccessService.Requests;
using Sovereignty.AccessService.Tests.Check;
using Sovereignty.Client;
using Sovereignty.Contracts.Access;
using Sovereignty.Testing;

namespace Sovereignty.AccessService.Tests.Enforce;

/// <summary>The client in a platform service, on the running AccessService.</summary>
[Collection(nameof(RunningAccessService))]
public sealed class EnforcerTests(RunningAccessService service)
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task What_was_granted_before_and_after_its_start_is_allowed_in_process()
    {
        var before = await Uses.Granted(service);
        await using var enforcer = await Enforcer.Start(service);
        await enforcer.Answers(before, AccessCodes.Granted);
        var after = await Uses.Granted(service);
        await enforcer.Answers(after, AccessCodes.Granted);
        Assert.Equal(after.Id, enforcer.Check(after).Grant!.RequestId);
        Assert.Equal(AccessCodes.ActionNotCovered, enforcer.Check(after, "delete").Code);
    }

    [Theory]
    [InlineData("revoke", AccessCodes.Revoked)]
    [InlineData("give-back", AccessCodes.GivenBack)]
    public async Task A_command_that_ends_a_grant_reaches_it(string command, string code)
    {
        var life = await Uses.Granted(service);
        await using var enforcer = await Enforcer.Start(service);
        await enforcer.Answers(life, AccessCodes.Granted);
        await life.Command(command == "revoke" ? Person.ComplianceOfficer : Person.Requester, command);
        await enforcer.Answers(life, code, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task A_law_that_changes_a_lost_standing_and_the_end_of_a_budget_reach_it()
    {
        var (banned, closed, kept, limited) = (await Uses.Granted(service), await Uses.Granted(service), await Uses.Granted(service), await Uses.Granted(service, """{"uses": 1}"""));
        await using var enforcer = await Enforcer.Start(service);
        foreach (var life in new[] { banned, closed, kept })
        {
            await enforcer.Answers(life, AccessCodes.Granted);
        }

        await enforcer.Answers(limited, AccessCodes.UseRequired);
        service.Policies[closed.DataId] = question => Answers.Refused(question) with { Code = AccessCodes.RegionClosed, LongestDuration = null };
        service.Policies[banned.DataId] = question => Answers.Refused(question) with { Code = AccessCodes.TransferBanned, LongestDuration = null };
        await service.ReviewAll();
        await enforcer.Answers(banned, AccessCodes.Revoked);
        await enforcer.Answers(closed, AccessCodes.Suspended);

        Assert.True((await enforcer.Use(limited)).Allowed);
        await enforcer.Answers(limited, AccessCodes.Exhausted);

        await service.Changes(Person.Requester, active: false);
        await enforcer.Answers(kept, AccessCodes.Suspended);
        await service.Changes(Person.Requester);
        await enforcer.Answers(kept, AccessCodes.Granted);
    }

    [Fact]
    public async Task A_stopped_service_makes_it_refuse_within_its_bound_and_a_start_lets_it_catch_up()
    {
        var (kept, revoked) = (await Uses.Granted(service), await Uses.Granted(service));
        await using var enforcer = await Enforcer.Start(service, options => (options.FreshFor, options.LongPoll) = (Bound, TimeSpan.FromMilliseconds(200)));
        await enforcer.Answers(kept, AccessCodes.Granted);
        await enforcer.Answers(revoked, AccessCodes.Granted);

        await service.Stop();
        try
        {
            var stopped = service.Time.GetTimestamp();
            await enforcer.Answers(kept, AccessCodes.SnapshotStale, Bound + TimeSpan.FromSeconds(2));
            Assert.True(service.Time.GetElapsedTime(stopped) < Bound + TimeSpan.FromSeconds(1));
            Assert.False(enforcer.Sovereignty.IsFresh);
            var body = $"jsonb_set(jsonb_set(body, '{{currentState}}', '\"{States.Revoked}\"'), '{{version}}', to_jsonb((body ->> 'version')::int + 1))";
            await service.Execute($"UPDATE access.request SET state = '{States.Revoked}', body = {body} WHERE correlation_id = '{revoked.Id}'; INSERT INTO access.grant_change (tenant_id, request_id) VALUES ('acme', '{revoked.Id}')");
        }
        finally
        {
            await service.Start();
        }

        await enforcer.Answers(kept, AccessCodes.Granted);
        await enforcer.Answers(revoked, AccessCodes.Revoked);
    }

    [Fact]
    public async Task When_its_position_is_no_longer_kept_it_takes_a_snapshot()
    {
        var (kept, gone) = (await Uses.Granted(service), await Uses.Granted(service));
        await using var enforcer = await Enforcer.Start(service, options => (options.FreshFor, options.LongPoll) = (Bound, TimeSpan.FromMilliseconds(200)));
        await enforcer.Answers(gone, AccessCodes.Granted);
        await service.Stop();
        await service.Execute($"UPDATE access.request SET state = 'Revoked', body = jsonb_set(body, '{{currentState}}', '\"Revoked\"') WHERE correlation_id = '{gone.Id}'");
        await service.Execute("UPDATE access.grant_change_floor SET deleted_to = pg_current_xact_id()");
        await service.Start();
        await enforcer.Answers(gone, AccessCodes.NotGranted);
        await enforcer.Answers(kept, AccessCodes.Granted);
    }

    [Fact]
    public async Task A_use_whose_answer_was_lost_is_sent_again_and_counts_once()
    {
        var life = await Uses.Granted(service, """{"records": 10}""");
        await using var enforcer = await Enforcer.Start(service, network: new LosesAnswers(service, "/access/use", 2));
        await enforcer.Answers(life, AccessCodes.UseRequired);
        Assert.Equal((true, AccessCodes.Granted), await Use(records: 10));
        Assert.Equal(10, await Uses.Counted(service, life, "records"));
        Assert.Equal((false, AccessCodes.Exhausted), await Eventual(AccessCodes.Exhausted));

        async Task<(bool, string)> Use(long records) => await enforcer.Use(life, records: records) is var answer ? (answer.Allowed, answer.Code) : default;

        async Task<(bool, string)> Eventual(string code)
        {
            await enforcer.Answers(life, code);
            return await Use(1);
        }
    }

    [Fact]
    public async Task A_use_that_is_sent_again_after_its_grant_was_revoked_is_refused()
    {
        var (life, id) = (await Uses.Granted(service), Guid.NewGuid().ToString());
        await using var enforcer = await Enforcer.Start(service);
        await enforcer.Answers(life, AccessCodes.Granted);
        Assert.True((await enforcer.Use(life, id)).Allowed);
        Assert.True((await enforcer.Use(life, id)).Allowed);
        await life.Command(Person.ComplianceOfficer, "revoke");
        await enforcer.Answers(life, AccessCodes.Revoked);
        Assert.Equal(new(false, AccessCodes.Revoked, null, null), await enforcer.Use(life, id));
    }

    [Fact]
    public async Task Without_a_copy_a_use_that_is_sent_again_after_its_grant_was_revoked_is_refused()
    {
        var (life, limited, id) = (await Uses.Granted(service), await Uses.Granted(service, """{"uses": 5}"""), Guid.NewGuid().ToString());
        await using var enforcer = await Enforcer.Start(service, options => options.FollowGrants = false);
        foreach (var granted in new[] { life, limited })
        {
            var use = $"{id}-{granted.Id}";
            Assert.True((await enforcer.Use(granted, use)).Allowed);
            Assert.True((await enforcer.Use(granted, use)).Allowed);
            await granted.Command(Person.ComplianceOfficer, "revoke");
            await granted.Reaches("revoked");
            Assert.Equal(new(false, AccessCodes.Revoked, null, null), await enforcer.Use(granted, use));
        }

        Assert.Equal(1, await Uses.Counted(service, limited));
    }

    [Fact]
    public async Task Another_grant_that_is_used_up_lets_no_first_answer_of_a_revoked_one_stand()
    {
        var id = Guid.NewGuid().ToString();
        var revoked = await Uses.Granted(service);
        var other = await Uses.Granted(service, """{"uses": 1}""", revoked.DataId);
        await using var enforcer = await Enforcer.Start(service);
        await enforcer.Answers(revoked, AccessCodes.Granted);
        Assert.True((await enforcer.Use(revoked, id)).Allowed);
        await revoked.Command(Person.ComplianceOfficer, "revoke");
        await enforcer.Answers(revoked, AccessCodes.UseRequired);
        Assert.True((await enforcer.Use(other)).Allowed);
        await enforcer.Answers(other, AccessCodes.Exhausted);
        Assert.Equal(new(false, AccessCodes.Revoked, null, null), await enforcer.Use(revoked, id));
    }

    [Fact]
    public async Task Without_an_answer_a_use_ends_in_an_exception()
    {
        var life = await Uses.Granted(service);
        await using var enforcer = await Enforcer.Start(
            service, options => options.UseTimeout = TimeSpan.FromMilliseconds(500), new LosesAnswers(service, "/access/use", int.MaxValue));
        var exception = await Assert.ThrowsAsync<SovereigntyException>(() => enforcer.Use(life));
        Assert.Equal(SovereigntyException.Unavailable, exception.Code);
        var refused = await Assert.ThrowsAsync<SovereigntyException>(() => enforcer.Sovereignty.UseAsync(new("requester", "", "us-east-1", "customer-support", "read")));
        Assert.Equal(SovereigntyException.Unavailable, refused.Code);
    }

    [Fact]
    public async Task A_use_that_cannot_be_right_is_refused_with_its_code()
    {
        await using var enforcer = await Enforcer.Start(service);
        var exception = await Assert.ThrowsAsync<SovereigntyException>(() => enforcer.Sovereignty.UseAsync(new("requester", "", "us-east-1", "customer-support", "read")));
        Assert.Equal(AccessCodes.InputInvalid, exception.Code);
    }

    [Fact]
    public async Task Many_grants_over_many_pages_are_all_there()
    {
        var lives = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Uses.Granted(service)));
        await service.Restart(settings: new Dictionary<string, string?> { ["Enforce:SnapshotPage"] = "3" });
        try
        {
            await using var enforcer = await Enforcer.Start(service);
            foreach (var life in lives)
            {
                await enforcer.Answers(life, AccessCodes.Granted);
            }
        }
        finally
        {
            await service.Restart();
        }
    }
}
