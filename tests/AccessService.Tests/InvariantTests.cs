using System.Text.Json;
using Sovereignty.Contracts.Access;
using Sovereignty.Contracts.Data;
using Sovereignty.Testing;

namespace Sovereignty.AccessService.Tests;

/// <summary>What must hold of every request, each from a real bug of a system in the field.</summary>
[Collection(nameof(RunningAccessService))]
public sealed class InvariantTests(RunningAccessService service)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>Invariant 2.</summary>
    [Fact]
    public async Task The_same_idempotency_key_gets_the_same_answer_and_with_other_content_none()
    {
        var life = await Life.Submit(service);
        await life.Reaches("awaiting-approval");
        var key = Guid.NewGuid().ToString();

        var first = await life.Send(Person.ApproverDe, "approve", key: key);
        var again = await life.Send(Person.ApproverDe, "approve", key: key);
        var other = await life.Send(Person.ApproverDe, "approve", "for another reason", key: key);

        Assert.Equal((200, 200, 422), ((int)first.StatusCode, (int)again.StatusCode, (int)other.StatusCode));
        Assert.Equal(await first.Content.ReadAsStringAsync(), await again.Content.ReadAsStringAsync());
        await Eventually.True(() => service.EventsOf(life.Id).Any(heard => heard.Type == nameof(AccessGranted)), "the grant is told");
        Assert.Single(service.EventsOf(life.Id), heard => heard.Type == nameof(AccessApproved));
        Assert.DoesNotContain(service.EventsOf(life.Id), heard => heard.Type is nameof(AccessCommandRepeated) or nameof(AccessCommandRefused));
    }

    /// <summary>Invariant 2: without a key, what a person says twice is answered as the first time.</summary>
    [Fact]
    public async Task The_same_decision_of_the_same_person_again_changes_nothing_and_another_is_refused()
    {
        var life = await Life.Submit(service);
        await life.Reaches("awaiting-approval");
        var version = (await life.Command(Person.ApproverDe, "approve")).GetProperty("version").GetInt32();

        Assert.Equal(version, (await life.Command(Person.ApproverDe, "approve")).GetProperty("version").GetInt32());
        await life.Refused(Person.ApproverDe, "reject", 409, AccessCodes.AlreadyVoted);
        var refusal = await life.Refused(Person.ApproverDe2, "approve", 409, AccessCodes.AlreadyDecided);

        Assert.Equal(("approved", version, "approver-de"), (refusal.GetProperty("state").GetString(), refusal.GetProperty("version").GetInt32(), refusal.GetProperty("decidedBy").GetString()));
        await life.Hears("AccessRequested", "AccessValidationStarted", "AccessRouted", "AccessApproved", "AccessGranted", "AccessCommandRepeated", "AccessCommandRefused", "AccessCommandRefused");
    }

    /// <summary>Invariant 3.</summary>
    [Theory]
    [InlineData("validating", "denied")]
    [InlineData("awaiting-approval", "denied")]
    [InlineData("scheduled", "revoked")]
    [InlineData("active", "revoked")]
    public async Task Revoke_is_legal_from_every_state_that_is_not_an_end_and_needs_no_policy(string state, string outcome)
    {
        var life = await InState(state);
        service.Policies[life.DataId] = _ => null;

        var revoked = await life.Command(Person.ComplianceOfficer, "revoke");

        Assert.Equal(outcome, revoked.GetProperty("state").GetString());
        await AssertOneEventPerVersion(life);
        await life.Refused(Person.PolicyAdmin, "revoke", 409, AccessCodes.AlreadyDecided);
    }

    /// <summary>Invariant 3.</summary>
    [Fact]
    public async Task Approvers_of_the_source_jurisdiction_revoke_and_others_do_not()
    {
        var life = await InState("active");
        await life.Refused(Person.ApproverFr, "revoke", 403, AccessCodes.WrongJurisdiction);
        await life.Refused(Person.Requester, "revoke", 403, "role-missing");
        Assert.Equal("revoked", (await life.Command(Person.DpoDe, "revoke")).GetProperty("state").GetString());
    }

    /// <summary>Invariant 3: neither broken rules nor a broken directory keep anybody from ending something.</summary>
    [Fact]
    public async Task Revoke_is_carried_out_in_whatever_state_the_rules_are()
    {
        var tenant = new Tenant();
        await tenant.Directory(service);
        var life = await Life.Submit(service, requester: tenant.Requester);
        await Eventually.True(async () => await service.Query<string>($"SELECT state FROM access.request WHERE correlation_id = '{life.Id}'") == "AwaitingApproval", "the request waits");
        await service.Execute($$"""INSERT INTO access.rule (rule_id, version, tenant_id, body, recorded_by) VALUES (gen_random_uuid(), 1, '{{tenant.Name}}', '{"broken": true}', '{}')""");

        Assert.Equal("denied", (await life.Command(tenant.Officer, "revoke")).GetProperty("state").GetString());
    }

    /// <summary>Invariant 4.</summary>
    [Fact]
    public async Task A_dead_sweeper_never_extends_access()
    {
        var sweeper = service.Worker("DeadlineSweeper");
        await sweeper.StopAsync(CancellationToken.None);
        try
        {
            var life = await InState("active", "PT1H");
            Assert.Equal((true, AccessCodes.Granted), await life.Check());

            service.Time.Forward(Hour + TimeSpan.FromSeconds(1));

            Assert.Equal((false, AccessCodes.Ended), await life.Check());
            Assert.Equal((false, AccessCodes.Ended), await life.Use());
            Assert.Equal("ended", (await life.Get()).GetProperty("state").GetString());

            // The control: what is stored still says active, so an answer by it would have extended access.
            Assert.Equal("Active", await service.Query<string>($"SELECT state FROM access.request WHERE correlation_id = '{life.Id}'"));

            await sweeper.StartAsync(CancellationToken.None);
            await life.Hears("AccessRequested", "AccessValidationStarted", "AccessRouted", "AccessApproved", "AccessGranted", "AccessEnded");
            var grant = (await life.Get()).GetProperty("grant");
            var ended = service.EventsOf(life.Id).Single(heard => heard.Type == nameof(AccessEnded)).Body;
            Assert.Equal(grant.GetProperty("endsAt").GetDateTimeOffset(), ended.GetProperty("endedAt").GetDateTimeOffset());
        }
        finally
        {
            await service.Restart();
        }
    }

    /// <summary>Invariant 5.</summary>
    [Fact]
    public async Task Ending_one_grant_leaves_another_for_the_same_subject_and_data()
    {
        var first = await InState("active");
        var second = await Life.Submit(service, first.DataId);
        await second.Reaches("awaiting-approval");
        await second.Command(Person.ApproverDe, "approve");

        await first.Command(Person.ComplianceOfficer, "revoke");
        Assert.Equal((true, AccessCodes.Granted), await second.Check());

        await second.Command(Person.Requester, "give-back");
        Assert.False((await second.Check()).Allowed);
    }

    /// <summary>Invariant 6.</summary>
    [Fact]
    public async Task Eligibility_is_that_of_the_moment_of_decision()
    {
        var life = await Life.Submit(service);
        await life.Reaches("awaiting-approval");

        await life.Refused(Person.ApproverFr with { Country = "DE" }, "approve", 403, AccessCodes.WrongJurisdiction);
        await life.Refused(Person.ApproverDe with { Subject = $"somebody-{Guid.NewGuid():N}" }, "approve", 403, AccessCodes.StandingMissing);
        await service.Stands(Person.ApproverDe2, active: false);
        await life.Refused(Person.ApproverDe2, "approve", 403, AccessCodes.StandingMissing);
        await service.Stands(Person.ApproverDe2);
        await life.Refused(Person.Requester with { Roles = ["requester", "approver"], Country = "DE" }, "approve", 403, AccessCodes.SelfApproval);
        await life.Refused(Person.ApproverDe with { Roles = ["requester"] }, "approve", 403, "role-missing");
        Assert.Equal("approved", (await life.Command(Person.ApproverDe, "approve")).GetProperty("state").GetString());
    }

    /// <summary>Invariant 7.</summary>
    [Fact]
    public async Task An_empty_list_of_approvers_means_nobody()
    {
        await service.Rule(ClassificationLevel.Transactional);
        var data = $"nobody-{Guid.NewGuid():N}";
        service.Policies[data] = question => Answers.Restricted(question) with { Classification = ClassificationLevel.Transactional };

        var life = await Life.Submit(service, data);
        await life.Reaches("refused");

        Assert.Equal(AccessCodes.NobodyCanApprove, (await life.Get()).GetProperty("code").GetString());
        await life.Refused(Person.ApproverDe, "approve", 403, AccessCodes.RoleMissing);
    }

    /// <summary>Invariant 8.</summary>
    [Fact]
    public async Task A_scheduled_grant_is_checked_again_at_its_start()
    {
        var start = service.Time.GetUtcNow() + Hour;
        var (holds, gone, silent) = (await InState("scheduled", start: start), await InState("scheduled", start: start), await InState("scheduled", start: start));
        service.Policies[gone.DataId] = Answers.Refused;
        service.Policies[silent.DataId] = _ => null;
        Assert.Equal((false, AccessCodes.NotStarted), await holds.Check());

        service.Time.Forward(Hour + TimeSpan.FromSeconds(1));

        await Eventually.True(async () => await holds.Check() == (true, AccessCodes.Granted), "the grant begins");
        await gone.Reaches("revoked");
        Assert.Equal((AccessCodes.MechanismMissing, "access-service"), ((await gone.Get()).GetProperty("code").GetString(), (await gone.Get()).GetProperty("decidedBy").GetProperty("subject").GetString()));
        Assert.Equal((false, AccessCodes.NotStarted), await silent.Check());
        await holds.Hears("AccessRequested", "AccessValidationStarted", "AccessRouted", "AccessApproved", "AccessGranted", "AccessActivated");
        await gone.Hears("AccessRequested", "AccessValidationStarted", "AccessRouted", "AccessApproved", "AccessGranted", "AccessRevoked");

        service.Time.Forward(TimeSpan.FromMinutes(2));
        await Eventually.True(() => service.EventsOf(silent.Id).Any(heard => heard.Type == nameof(AccessValidationOverdue)), "the silence is told");
        Assert.Equal((false, AccessCodes.NotStarted), await silent.Check());
    }

    /// <summary>Invariant 8: a grant that a rule gave does not begin once people would have to decide.</summary>
    [Fact]
    public async Task A_scheduled_grant_by_rule_does_not_begin_when_the_data_needs_approval_by_then()
    {
        var data = $"auto-{Guid.NewGuid():N}";
        service.Policies[data] = Answers.Allowed;
        var life = await Life.Submit(service, data, start: service.Time.GetUtcNow() + Hour);
        await life.Reaches("approved");
        service.Policies[data] = Answers.Restricted;

        service.Time.Forward(Hour + TimeSpan.FromSeconds(1));

        await life.Reaches("revoked");
    }

    /// <summary>Invariant 9.</summary>
    [Fact]
    public async Task A_request_lapses_no_later_than_the_end_it_asked_for()
    {
        var start = service.Time.GetUtcNow() + Hour;
        var life = await Life.Submit(service, duration: "PT1H", start: start);
        await life.Reaches("awaiting-approval");
        Assert.True((await life.Get()).GetProperty("lapsesAt").GetDateTimeOffset() <= start + Hour);

        service.Time.Forward(Hour * 2);

        await life.Refused(Person.ApproverDe, "approve", 409, AccessCodes.Lapsed);
        await life.Reaches("lapsed");
        await AssertOneEventPerVersion(life);
    }

    /// <summary>Invariant 9: whatever way a grant came to be, it has an end.</summary>
    [Fact]
    public async Task Every_grant_has_an_end()
    {
        await InState("active");
        await InState("scheduled");
        Assert.Equal(0L, await service.Query<long>("SELECT count(*) FROM access.request WHERE jsonb_typeof(body -> 'grant') = 'object' AND body -> 'grant' ->> 'endsAt' IS NULL"));
    }

    /// <summary>Invariant 10.</summary>
    [Fact]
    public async Task What_waits_is_in_an_inbox_or_in_an_alarm_whoever_comes_and_goes()
    {
        var tenant = new Tenant();
        await tenant.Directory(service);
        Person[] deciders = [tenant.Approver, tenant.Approver2, tenant.Dpo];
        var lives = new List<Life>();
        for (var number = 0; number < 3; number++)
        {
            lives.Add(await Life.Submit(service, requester: tenant.Requester));
        }

        var (inInbox, inAlarm) = (0, 0);
        var active = deciders.ToHashSet();
        foreach (var turn in new[] { 0, 1, 2, 1, 1, 0, 0, 1, 2, 0, 2 })
        {
            var person = deciders[turn];
            if (!active.Remove(person))
            {
                active.Add(person);
            }

            await service.Changes(person, active.Contains(person));

            foreach (var life in lives)
            {
                await Eventually.True(
                    async () => (await IsInInbox(life), await IsInAlarm(life)) == (active.Count > 0, active.Count == 0),
                    $"the request is in {(active.Count > 0 ? "an inbox" : "an alarm")}");
                (inInbox, inAlarm) = active.Count > 0 ? (inInbox + 1, inAlarm) : (inInbox, inAlarm + 1);
            }
        }

        Assert.True(inInbox > 0 && inAlarm > 0);
        await Eventually.True(() => service.EventsOf(lives[0].Id).Count(heard => heard.Type == nameof(AccessStalled)) == inAlarm / lives.Count, "each alarm is told");

        async Task<bool> IsInInbox(Life life)
        {
            foreach (var decider in deciders)
            {
                var (status, body, _) = await service.Ask(decider, HttpMethod.Get, "/access/inbox");
                if (status == 200 && body.GetProperty("items").EnumerateArray().Any(item => item.GetProperty("requestId").GetGuid() == life.Id))
                {
                    return true;
                }
            }

            return false;
        }

        Task<bool> IsInAlarm(Life life) => service.Query<bool>($"SELECT coalesce((body ->> 'isStalled')::boolean, false) FROM access.request WHERE correlation_id = '{life.Id}'");
    }

    /// <summary>Invariant 11: one stage was all there was before, and its roles stood in the routing itself.</summary>
    [Fact]
    public async Task A_request_begun_by_the_previous_version_finishes_under_this_one()
    {
        var life = await InState("awaiting-approval");
        await service.Execute(
            $$"""
            UPDATE access.request SET body = jsonb_set(body - 'suspensions' - 'isStalled' - 'reminders', '{routing}', '{"jurisdiction": "DE", "approverRoles": ["approver", "dpo"], "quorum": 2}')
            WHERE correlation_id = '{{life.Id}}'
            """);

        await service.Execute(MigrationOf("003_rules_and_people", "UPDATE access.request"));

        Assert.Equal("awaiting-approval", (await life.Command(Person.ApproverDe, "approve")).GetProperty("state").GetString());
        Assert.Equal("approved", (await life.Command(Person.DpoDe, "approve")).GetProperty("state").GetString());
        Assert.Equal((true, AccessCodes.Granted), await life.Check());
        await life.Command(Person.Requester, "give-back");
        await AssertOneEventPerVersion(life);
    }

    /// <summary>Invariant 12.</summary>
    [Fact]
    public async Task There_is_one_event_per_transition_and_one_for_each_command_without_effect()
    {
        var life = await Life.Submit(service, duration: "PT1H");
        await life.Reaches("awaiting-approval");
        await life.Refused(Person.Requester, "give-back", 409, AccessCodes.NoGrant);
        await life.Command(Person.ApproverDe, "approve", duration: "PT30M");
        await life.Refused(Person.Requester, "withdraw", 409, AccessCodes.NotPending);
        await life.Command(Person.ApproverDe, "approve", duration: "PT30M");

        service.Time.Forward(TimeSpan.FromMinutes(31));

        await life.Hears(
            "AccessRequested", "AccessValidationStarted", "AccessRouted", "AccessCommandRefused", "AccessApproved", "AccessGranted", "AccessCommandRefused", "AccessCommandRepeated", "AccessEnded");
        await AssertOneEventPerVersion(life);
    }

    /// <summary>Invariant 13.</summary>
    [Fact]
    public async Task A_quorum_counts_different_people()
    {
        await service.Rule(ClassificationLevel.Content, new ApprovalStage { Name = "Two", Roles = ["approver", "dpo"], Quorum = 2 });
        var data = $"quorum-{Guid.NewGuid():N}";
        service.Policies[data] = question => Answers.Restricted(question) with { Classification = ClassificationLevel.Content };
        var life = await Life.Submit(service, data);
        await life.Reaches("awaiting-approval");

        Assert.Equal("awaiting-approval", (await life.Command(Person.ApproverDe, "approve")).GetProperty("state").GetString());
        await life.Refused(Person.ApproverDe, "approve", 409, AccessCodes.AlreadyVoted, duration: "PT1H");
        await service.Publish(new ApproveAccess { RequestId = life.Id, Reason = "once more", Proof = service.Proof(Person.ApproverDe, life.Id, "approve") });
        await Eventually.True(() => service.EventsOf(life.Id).Count(heard => heard.Type == nameof(AccessCommandRefused)) == 2, "the second vote by another way is refused");
        Assert.Equal("awaiting-approval", (await life.Get()).GetProperty("state").GetString());

        Assert.Equal("approved", (await life.Command(Person.DpoDe, "approve")).GetProperty("state").GetString());
        await Eventually.True(() => service.EventsOf(life.Id).Count(heard => heard.Type == nameof(AccessApproved)) == 2, "both votes are told");
        Assert.Equal([1, 0], service.EventsOf(life.Id).Where(heard => heard.Type == nameof(AccessApproved)).OrderBy(heard => heard.Body.GetProperty("version").GetInt32()).Select(heard => heard.Body.GetProperty("remaining").GetInt32()));
    }

    /// <summary>Invariant 13: one no ends what waits for a second yes.</summary>
    [Fact]
    public async Task A_denial_ends_a_request_that_waits_for_further_approvals_and_no_approval_reopens_it()
    {
        await service.Rule(ClassificationLevel.Content, new ApprovalStage { Name = "Two", Roles = ["approver", "dpo"], Quorum = 2 });
        var data = $"denial-{Guid.NewGuid():N}";
        service.Policies[data] = question => Answers.Restricted(question) with { Classification = ClassificationLevel.Content };
        var life = await Life.Submit(service, data);
        await life.Reaches("awaiting-approval");
        await life.Command(Person.ApproverDe, "approve");

        Assert.Equal("denied", (await life.Command(Person.DpoDe, "reject")).GetProperty("state").GetString());
        await life.Refused(Person.ApproverDe2, "approve", 409, AccessCodes.AlreadyDecided);
    }

    /// <summary>Invariant 14.</summary>
    [Fact]
    public async Task A_grant_names_the_versions_it_was_given_by_whatever_came_after()
    {
        await service.Rule(ClassificationLevel.Operational, new ApprovalStage { Name = "One", Roles = ["approver"], Quorum = 1 });
        var version = await service.Query<int>("SELECT max(version) FROM access.rule WHERE body ->> 'classification' = 'operational'");
        var data = $"versions-{Guid.NewGuid():N}";
        service.Policies[data] = question => Answers.Restricted(question) with { Classification = ClassificationLevel.Operational, PolicyVersion = 7 };
        var life = await Life.Submit(service, data);
        await life.Reaches("awaiting-approval");
        await service.Rule(ClassificationLevel.Operational, new ApprovalStage { Name = "Two", Roles = ["dpo"], Quorum = 2 });
        service.Policies[data] = question => Answers.Restricted(question) with { Classification = ClassificationLevel.Operational, PolicyVersion = 8 };

        var view = await life.Command(Person.ApproverDe, "approve");

        Assert.Equal((7, version), (view.GetProperty("policyVersion").GetInt32(), view.GetProperty("ruleVersion").GetInt32()));
        await Eventually.True(() => service.EventsOf(life.Id).Any(heard => heard.Type == nameof(AccessGranted)), "the grant is told");
        var granted = service.EventsOf(life.Id).Single(heard => heard.Type == nameof(AccessGranted)).Body;
        Assert.Equal((7, version), (granted.GetProperty("policyVersion").GetInt32(), granted.GetProperty("ruleVersion").GetInt32()));
    }

    /// <summary>Invariant 15.</summary>
    [Fact]
    public async Task The_clock_of_a_grant_starts_at_approval()
    {
        var life = await Life.Submit(service, duration: "PT1H");
        await life.Reaches("awaiting-approval");
        service.Time.Forward(Hour * 3);
        var before = service.Time.GetUtcNow();

        var grant = (await life.Command(Person.ApproverDe, "approve")).GetProperty("grant");

        var starts = grant.GetProperty("startsAt").GetDateTimeOffset();
        Assert.InRange(starts, before - TimeSpan.FromMilliseconds(1), service.Time.GetUtcNow());
        Assert.Equal(Hour, grant.GetProperty("endsAt").GetDateTimeOffset() - starts);
    }

    /// <summary>Invariant 15, and the legal basis: what was validated long ago is validated again before a grant holds.</summary>
    [Fact]
    public async Task A_late_approval_does_not_grant_on_old_law()
    {
        var (holds, gone) = (await Life.Submit(service), await Life.Submit(service));
        await holds.Reaches("awaiting-approval");
        await gone.Reaches("awaiting-approval");
        service.Policies[gone.DataId] = Answers.Refused;
        service.Time.Forward(TimeSpan.FromDays(3));

        await holds.Command(Person.ApproverDe, "approve");
        await gone.Command(Person.ApproverDe, "approve");

        await Eventually.True(async () => await holds.Check() == (true, AccessCodes.Granted), "the grant holds");
        await gone.Reaches("revoked");
        Assert.Equal(AccessCodes.MechanismMissing, (await gone.Get()).GetProperty("code").GetString());
        await AssertOneEventPerVersion(gone);
    }

    [Fact]
    public async Task A_submission_whose_first_message_is_lost_is_validated_all_the_same()
    {
        var life = await Life.Submit(service);
        await life.Reaches("awaiting-approval");
        await service.Execute($"UPDATE access.request SET state = 'Submitted', body = body || '{{\"currentState\": \"Submitted\", \"version\": 1, \"asked\": 0, \"routing\": null}}' WHERE correlation_id = '{life.Id}'");

        await service.SendToQueue(Service.RequestQueue, new Messaging.DeadlineReached { CorrelationId = life.Id, Kind = "validation", Version = 0, DueAt = service.Time.GetUtcNow() }, "access-service");

        await life.Reaches("awaiting-approval");
    }

    [Fact]
    public async Task The_answer_to_a_command_is_told_to_its_sender_alone()
    {
        var life = await Life.Submit(service);
        await life.Reaches("awaiting-approval");
        var key = Guid.NewGuid().ToString();
        await life.Send(Person.ApproverDe, "approve", key: key);
        var id = await service.Query<Guid>($"SELECT command_id FROM access.command WHERE request_id = '{life.Id}'");

        Assert.Equal(200, (int)(await service.Client(Person.ApproverDe).GetAsync($"/access/commands/{id}")).StatusCode);
        Assert.Equal(404, (int)(await service.Client(Person.ApproverDe2).GetAsync($"/access/commands/{id}")).StatusCode);
        Assert.Equal(422, (int)(await life.Send(Person.ApproverDe, "reject", key: key)).StatusCode);
    }

    [Fact]
    public async Task A_command_that_takes_long_is_accepted_and_its_answer_found_later()
    {
        var life = await Life.Submit(service);
        await life.Reaches("awaiting-approval");
        await using var locked = await service.Database.OpenConnectionAsync();
        await using var transaction = await locked.BeginTransactionAsync();
        await using (var command = new Npgsql.NpgsqlCommand($"SELECT 1 FROM access.request WHERE correlation_id = '{life.Id}' FOR NO KEY UPDATE", locked, transaction))
        {
            await command.ExecuteNonQueryAsync();
        }

        var accepted = await life.Send(Person.ApproverDe, "approve");
        Assert.Equal(202, (int)accepted.StatusCode);
        var client = service.Client(Person.ApproverDe);
        Assert.Equal(202, (int)(await client.GetAsync(accepted.Headers.Location)).StatusCode);

        await transaction.RollbackAsync();
        await Eventually.True(async () => (int)(await client.GetAsync(accepted.Headers.Location)).StatusCode == 200, "the answer is there");
    }

    [Fact]
    public async Task What_crosses_no_strict_border_is_granted_by_rule()
    {
        var data = $"auto-{Guid.NewGuid():N}";
        service.Policies[data] = Answers.Allowed;
        var life = await Life.Submit(service, data);
        await life.Reaches("approved");

        Assert.True((await life.Get()).GetProperty("grant").GetProperty("automatic").GetBoolean());
        Assert.Equal((true, AccessCodes.Granted), await life.Use("export"));
        Assert.Equal((false, AccessCodes.ActionNotCovered), await life.Check("delete"));
        Assert.Equal((false, AccessCodes.RegionNotCovered), await life.Check(region: "us-west-2"));
        Assert.Equal((false, AccessCodes.PurposeNotCovered), await life.Check(purpose: "marketing"));
        await life.Hears("AccessRequested", "AccessValidationStarted", "AccessGranted", "AccessUsed");
    }

    [Fact]
    public async Task Silence_of_PolicyService_is_told_and_asked_about_again()
    {
        var data = $"silent-{Guid.NewGuid():N}";
        service.Policies[data] = _ => null;
        var life = await Life.Submit(service, data);
        await life.Reaches("validating");

        service.Time.Forward(TimeSpan.FromSeconds(31));
        await Eventually.True(() => service.EventsOf(life.Id).Any(heard => heard.Type == nameof(AccessValidationOverdue)), "the silence is told");
        service.Policies[data] = Answers.Restricted;
        service.Time.Forward(TimeSpan.FromMinutes(2));

        await life.Reaches("awaiting-approval");
    }

    private async Task<Life> InState(string state, string duration = "PT8H", DateTimeOffset? start = null)
    {
        var data = $"{state}-{Guid.NewGuid():N}";
        if (state == "validating")
        {
            service.Policies[data] = _ => null;
        }

        var life = await Life.Submit(service, data, duration, state == "scheduled" ? start ?? service.Time.GetUtcNow() + Hour : null);
        await life.Reaches(state == "validating" ? state : "awaiting-approval");
        if (state is "scheduled" or "active")
        {
            Assert.Equal(state, (await life.Command(Person.ApproverDe, "approve")).GetProperty("grant").GetProperty("state").GetString());
        }

        return life;
    }

    private async Task AssertOneEventPerVersion(Life life) => await Transitions.Eventually(service, life.Id);

    /// <summary>The statement of a migration that begins with some words.</summary>
    private static string MigrationOf(string name, string beginning)
    {
        var assembly = typeof(Composition).Assembly;
        using var reader = new StreamReader(assembly.GetManifestResourceStream(assembly.GetManifestResourceNames().Single(resource => resource.Contains(name, StringComparison.Ordinal)))!);
        return reader.ReadToEnd().Split(';').Single(statement => statement.Contains(beginning, StringComparison.Ordinal));
    }
}
