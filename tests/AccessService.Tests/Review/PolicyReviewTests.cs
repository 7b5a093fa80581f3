using Sovereignty.Contracts;
using Sovereignty.Contracts.Access;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Residency;
using Sovereignty.Testing;

namespace Sovereignty.AccessService.Tests.Review;

/// <summary>What was granted, and what waits, follows law, policies, classification and regions.</summary>
[Collection(nameof(RunningAccessService))]
public sealed class PolicyReviewTests(RunningAccessService service)
{
    [Fact]
    public async Task A_law_change_revokes_shortens_and_refuses_what_it_hits_and_tells_nobody_else()
    {
        var (banned, shorter, kept, waiting) = (await Active(), await Active(), await Active(), await Awaiting());
        service.Policies[banned.DataId] = Says(AccessCodes.TransferBanned);
        service.Policies[shorter.DataId] = question => Answers.Restricted(question) with { Permitted = false, Code = AccessCodes.DurationTooLong, Reason = "Too long by now.", LongestDuration = "PT1H" };
        service.Policies[waiting.DataId] = Says(AccessCodes.TransferBanned);
        var before = (await kept.Get()).ToString();

        await service.ReviewAll();

        await banned.Reaches("revoked");
        var revoked = await banned.Get();
        Assert.Equal((AccessCodes.TransferBanned, "access-service"), (revoked.GetProperty("code").GetString(), revoked.GetProperty("decidedBy").GetProperty("subject").GetString()));
        Assert.Equal((false, AccessCodes.Revoked), await banned.Check());
        await Eventually.True(() => service.EventsOf(shorter.Id).Any(heard => heard.Type == nameof(AccessShortened)), "the grant is shortened");
        var grant = (await shorter.Get()).GetProperty("grant");
        Assert.Equal(TimeSpan.FromHours(1), grant.GetProperty("endsAt").GetDateTimeOffset() - grant.GetProperty("startsAt").GetDateTimeOffset());
        await waiting.Reaches("refused");
        Assert.Equal(before, (await kept.Get()).ToString());
        Assert.Equal((true, AccessCodes.Granted), await kept.Check());
        Assert.Equal(nameof(AccessGranted), service.EventsOf(kept.Id)[^1].Type);
    }

    [Fact]
    public async Task A_region_that_closes_suspends_and_one_that_opens_again_resumes()
    {
        var life = await Active();
        service.Policies[life.DataId] = Says(AccessCodes.RegionClosed);
        await service.ReviewAll();
        await Holds(life, "suspended");
        Assert.Equal((false, AccessCodes.Suspended), await life.Check());

        // The same once more is no news.
        await service.ReviewAll();
        Assert.Equal("suspended", await GrantState(life));
        Assert.Single(service.EventsOf(life.Id), heard => heard.Type == nameof(AccessSuspended));

        service.Policies[life.DataId] = Answers.Restricted;
        await service.ReviewAll();

        await Holds(life, "active");
        Assert.Equal((true, AccessCodes.Granted), await life.Check());
        await Eventually.True(() => service.EventsOf(life.Id).Any(heard => heard.Type == nameof(AccessResumed)), "the grant holds again");
    }

    [Fact]
    public async Task Reclassified_data_reroutes_what_waits_and_old_votes_do_not_count()
    {
        var two = new ApprovalStage { Name = "Two", Roles = ["approver", "dpo"], Quorum = 2 };
        await service.Rule(ClassificationLevel.Content, two);
        await service.Rule(ClassificationLevel.Analytical, two);
        var data = $"data-{Guid.NewGuid():N}";
        service.Policies[data] = question => Answers.Restricted(question) with { Classification = ClassificationLevel.Content };
        var life = await Life.Submit(service, data);
        await life.Reaches("awaiting-approval");
        await life.Command(Person.ApproverDe, "approve");

        await Reclassify(life, ClassificationLevel.Analytical);

        await Eventually.True(() => service.EventsOf(life.Id).Count(heard => heard.Type == nameof(AccessRouted)) == 2, "the request is routed anew");
        await life.Command(Person.ApproverDe2, "approve");
        Assert.Equal("awaiting-approval", (await life.Get()).GetProperty("state").GetString());
        await life.Command(Person.DpoDe, "approve");
        Assert.Equal("approved", (await life.Get()).GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_request_that_is_validated_while_its_data_is_reclassified_does_not_keep_the_old_level()
    {
        var asked = new TaskCompletionSource<ValidateAccess>(TaskCreationOptions.RunContinuationsAsynchronously);
        var data = $"data-{Guid.NewGuid():N}";
        service.Policies[data] = question =>
        {
            asked.TrySetResult(question);
            return null;
        };
        var life = await Life.Submit(service, data);
        var question = await asked.Task.WaitAsync(TimeSpan.FromSeconds(10));
        await life.Reaches("validating");

        await Reclassify(life, ClassificationLevel.Content);
        await Eventually.True(async () => await service.Query<long>($"SELECT count(*) FROM access.walk WHERE data_id = '{data}' AND is_read") == 1, "the walk waits for the answer");
        await service.Publish(Answers.Restricted(question) with { Epoch = service.Epoch }, "policy-service");

        await Eventually.True(async () => await service.Query<long>($"SELECT count(*) FROM access.request WHERE data_id = '{data}' AND body -> 'basis' ->> 'classification' = 'content'") == 1, "the request is of the new level");
        await Eventually.True(async () => await service.Query<long>($"SELECT count(*) FROM access.walk WHERE data_id = '{data}'") == 0, "the walk is over");
    }

    [Fact]
    public async Task Data_that_is_moved_away_suspends_what_was_granted_for_its_old_place()
    {
        var (moved, other) = (await Active(), await Active());
        service.Policies[moved.DataId] = Says(AccessCodes.DataNotInRegion);
        var asked = service.Reviews.Count;

        await Move(moved);

        await Holds(moved, "suspended");
        Assert.Equal([moved.Id], service.Reviews.Skip(asked).SelectMany(review => review.Accesses).Select(access => access.RequestId));
        Assert.Equal((true, AccessCodes.Granted), await other.Check());
    }

    [Fact]
    public async Task What_was_asked_before_data_changed_again_lifts_nothing()
    {
        var life = await Active();
        service.ReviewsAreLost = true;
        await Reclassify(life, ClassificationLevel.Identity);
        await Eventually.True(() => Asked(life) == 1, "PolicyService has the older question");
        var older = service.Reviews.Single(review => review.Accesses.Any(access => access.RequestId == life.Id));
        service.ReviewsAreLost = false;
        service.Policies[life.DataId] = Says(AccessCodes.DataNotInRegion);
        await Move(life);
        await Holds(life, "suspended");

        await service.SendToQueue("access.reviewed", new AccessesReviewed
        {
            ReviewId = older.ReviewId,
            Epoch = service.Epoch,
            Answers = [.. older.Accesses.Select(Answers.Restricted).Select(answer => answer with { Epoch = service.Epoch })],
        }, "policy-service");

        // Of the older walk nothing is left that waits for an answer.
        await Eventually.True(async () => await service.Query<long>($"SELECT count(*) FROM access.walk WHERE data_id = '{life.DataId}'") == 0, "the walks are over");
        await service.ReviewAll();
        Assert.Equal("suspended", await GrantState(life));
        Assert.DoesNotContain(service.EventsOf(life.Id), heard => heard.Type == nameof(AccessResumed));
    }

    [Fact]
    public async Task What_was_told_before_data_changed_again_is_taken_before_more_is_asked()
    {
        var life = await Active();
        await service.Execute(
            $"""
            WITH older AS (
                INSERT INTO access.walk (walk_id, epoch, tenant_id, data_id, is_read, due_at)
                VALUES (gen_random_uuid(), {service.Epoch}, 'acme', '{life.DataId}', true, now() + interval '1000 years') RETURNING walk_id)
            INSERT INTO access.review (review_id, walk_id, requests, messages, ask_again_at)
            SELECT gen_random_uuid(), walk_id, ARRAY['{life.Id}'::uuid], ARRAY['{life.Id}'::uuid], now() + interval '1000 years' FROM older
            """);

        await Move(life);

        var due = $"SELECT due_at FROM access.walk WHERE data_id = '{life.DataId}' AND NOT is_read";
        await Eventually.True(async () => await service.Query<long>($"SELECT count(*) FROM ({due}) AS newer") == 1, "the newer walk waits");
        var first = await service.Query<DateTime>(due);
        await Eventually.True(async () => await service.Query<DateTime>(due) > first.AddSeconds(1), "the worker goes by");
        Assert.Equal(0, Asked(life));
        await service.Execute($"INSERT INTO messaging.inbox (message_id, endpoint) VALUES ('{life.Id}', 'access.requests')");
        await Eventually.True(() => Asked(life) == 1, "it is asked");
    }

    [Fact]
    public async Task A_question_that_was_lost_is_asked_again()
    {
        var life = await Active();
        service.Policies[life.DataId] = Says(AccessCodes.TransferBanned);
        service.ReviewsAreLost = true;
        await service.BeginEpoch();
        await Eventually.True(async () => await service.Query<long>("SELECT count(*) FROM access.review") > 0 && await service.Waiting("policy.access-reviews") == 0, "it is asked");
        await Eventually.True(() => Asked(life) > 0, "PolicyService has the question");
        service.ReviewsAreLost = false;
        Assert.Equal("approved", (await life.Get()).GetProperty("state").GetString());

        service.Time.Forward(TimeSpan.FromMinutes(2));

        await life.Reaches("revoked");
    }

    [Fact]
    public async Task An_answer_that_comes_twice_is_taken_once()
    {
        var life = await Active();
        service.Policies[life.DataId] = Says(AccessCodes.RegionClosed);
        await service.ReviewAll();
        await Holds(life, "suspended");
        var asked = service.Reviews.Last(review => review.Accesses.Any(access => access.RequestId == life.Id));

        // Of an answer that was taken nothing is known any more, and what it says now does not matter.
        await service.SendToQueue("access.reviewed", new AccessesReviewed
        {
            ReviewId = asked.ReviewId,
            Epoch = service.Epoch,
            Answers = [.. asked.Accesses.Select(Answers.Restricted)],
        }, "policy-service");

        service.Policies[life.DataId] = Says(AccessCodes.RegionClosed);
        await service.ReviewAll();
        Assert.Equal("suspended", await GrantState(life));
    }

    [Fact]
    public async Task Only_policy_service_says_what_the_policies_are()
    {
        await service.SendToQueue("access.reviewed", new AccessesReviewed { ReviewId = Guid.NewGuid(), Epoch = 99, Answers = [] }, "access-service");

        await Eventually.True(async () => await service.Waiting("access.reviewed_error") > 0, "the forged answer is put aside");
    }

    private static Func<ValidateAccess, AccessValidated> Says(string code) =>
        question => Answers.Restricted(question) with { Permitted = false, Code = code, Reason = "By law.", LongestDuration = null };

    private static Task Holds(Life life, string state) => Eventually.True(async () => await GrantState(life) == state, $"the grant is {state}");

    private static async Task<string?> GrantState(Life life) => (await life.Get()).GetProperty("grant").GetProperty("state").GetString();

    private int Asked(Life life) => service.Reviews.Count(review => review.Accesses.Any(access => access.RequestId == life.Id));

    private async Task Reclassify(Life life, ClassificationLevel level)
    {
        service.Policies[life.DataId] = question => Answers.Restricted(question) with { Classification = level };
        await service.Publish(new DataReclassified
        {
            OccurredAt = service.Time.GetUtcNow(),
            TenantId = "acme",
            Actor = Actor.Service("policy-service"),
            DataId = life.DataId,
            DataType = "customer-profile",
            Previous = ClassificationLevel.Identity,
            Classification = level,
            StricterOn = [],
            Version = 2,
        }, "policy-service");
    }

    private Task Move(Life life) => service.Publish(new PlacementChanged
    {
        OccurredAt = service.Time.GetUtcNow(),
        TenantId = "acme",
        Actor = Actor.Service("policy-service"),
        DataId = life.DataId,
        Regions = ["eu-west-3"],
    }, "policy-service");

    private async Task<Life> Awaiting()
    {
        var life = await Life.Submit(service);
        await life.Reaches("awaiting-approval");
        return life;
    }

    private async Task<Life> Active()
    {
        var life = await Awaiting();
        await life.Command(Person.ApproverDe, "approve");
        return life;
    }
}
