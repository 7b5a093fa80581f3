using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;
using Sovereignty.AccessService.Requests;
using Sovereignty.AccessService.Review;
using Sovereignty.Contracts.Access;
using Sovereignty.Contracts.Residency;
using Sovereignty.Messaging;
using Sovereignty.Testing;

namespace Sovereignty.AccessService.Tests.Review;

/// <summary>All that lives is looked at, once and by whichever instance, whatever happens meanwhile.</summary>
[Collection(nameof(RunningAccessService))]
public sealed class WalkTests(RunningAccessService service)
{
    private const int Many = Walker.RequestsPerQuestion * (Walker.QuestionsOnTheWay + 1);

    [Fact]
    public async Task A_walk_that_a_crash_interrupts_goes_on_and_looks_at_all()
    {
        var data = await Grants(Many);
        service.ReviewsAreLost = true;
        service.Policies[data] = Banned;
        await service.BeginEpoch();
        await Eventually.True(() => Asked(data) >= Walker.RequestsPerQuestion * (Walker.QuestionsOnTheWay - 1), "the first questions are asked");
        Assert.Equal(0, await Revoked(data));

        await service.Stop();
        service.ReviewsAreLost = false;
        await service.Start();
        service.Time.Forward(TimeSpan.FromMinutes(2));

        await service.Walked();
        await Eventually.True(async () => await Revoked(data) == Many, "all are revoked");
    }

    [Fact]
    public async Task Few_questions_are_on_their_way_at_a_time()
    {
        var data = await Grants(Many);
        service.ReviewsAreLost = true;
        await service.BeginEpoch();
        await Eventually.True(async () => await OnTheWay() == Walker.QuestionsOnTheWay, "questions are on their way");
        var asked = service.Reviews.Count;

        // The worker has gone by the walk several times when this wait is over.
        var due = await service.Query<DateTime>("SELECT due_at FROM access.walk");
        await Eventually.True(async () => await service.Query<DateTime>("SELECT due_at FROM access.walk") > due.AddSeconds(1), "the worker goes by");
        Assert.Equal(Walker.QuestionsOnTheWay, await OnTheWay());
        Assert.InRange(service.Reviews.Count - asked, 0, Walker.QuestionsOnTheWay);

        // A newer epoch makes the walk one of its own, and nobody waits for the older questions any more.
        service.ReviewsAreLost = false;
        await service.ReviewAll();
        Assert.Equal(0, await OnTheWay());
        await End(data);
    }

    [Fact]
    public async Task A_newer_epoch_goes_on_where_the_older_stood_and_then_at_the_beginning_and_looks_at_all_once()
    {
        var data = await Grants(Many);
        await service.Walked();
        service.ReviewsAreLost = true;
        var first = await AskedInEpoch();
        var second = await AskedInEpoch();
        Assert.InRange(second.Except(first).Count(), Walker.RequestsPerQuestion, Many);
        Assert.NotEmpty(second.Intersect(first));
        var before = service.Reviews.Count;
        service.ReviewsAreLost = false;

        await service.ReviewAll();

        var all = service.Reviews.Skip(before).SelectMany(review => review.Accesses).ToArray();
        Assert.Equal(Many, all.Count(access => access.DataId == data));
        Assert.Equal(all.Length, all.DistinctBy(access => access.RequestId).Count());
        await End(data);

        async Task<HashSet<Guid>> AskedInEpoch()
        {
            var before = service.Reviews.Count;
            await service.BeginEpoch();
            await Eventually.True(() => service.Reviews.Count == before + Walker.QuestionsOnTheWay, "as much as may be on its way is asked");
            return [.. service.Reviews.Skip(before).SelectMany(review => review.Accesses).Select(access => access.RequestId)];
        }
    }

    [Fact]
    public async Task Two_instances_share_a_walk()
    {
        var data = await Grants(Many);
        using var other = service.StartProcess();
        await Eventually.True(async () => await service.Query<long>("SELECT count(DISTINCT pid) FROM pg_stat_activity WHERE datname = 'access' AND usename = 'access'") > 3, "the other is there");
        service.Policies[data] = Banned;
        var before = service.Reviews.Count;

        await service.ReviewAll();

        await Eventually.True(async () => await Revoked(data) == Many, "all are revoked");
        Assert.Equal(1, await service.Query<long>($"SELECT count(DISTINCT body ->> 'version') FROM access.request WHERE data_id = '{data}'"));
        Assert.All(
            service.Reviews.Skip(before).SelectMany(review => review.Accesses).Where(access => access.DataId == data).CountBy(access => access.RequestId),
            asked => Assert.Equal(1, asked.Value));
        other.Kill();
        await other.WaitForExitAsync();
    }

    [Fact]
    public async Task A_grant_that_is_given_while_the_law_changes_is_found()
    {
        var life = await GrantedDuringChange(guards: true);

        await life.Reaches("revoked");
    }

    /// <summary>The control of the one above.</summary>
    [Fact]
    public async Task Without_the_shared_lock_a_grant_that_is_given_while_the_law_changes_escapes()
    {
        var life = await GrantedDuringChange(guards: false);

        await service.Walked();
        Assert.Equal("approved", (await life.Get()).GetProperty("state").GetString());
        await life.Command(Person.ComplianceOfficer, "revoke");
    }

    private static AccessValidated Banned(ValidateAccess question) =>
        Answers.Restricted(question) with { Permitted = false, Code = AccessCodes.TransferBanned, Reason = "By law.", LongestDuration = null };

    private async Task<Life> GrantedDuringChange(bool guards)
    {
        var source = new SlowSource(guards, async () => await service.Query<bool>(
            $"""
            SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND mode = 'ExclusiveLock' AND NOT granted)
                OR ((SELECT newest FROM access.policy_epoch) = {service.Epoch} AND NOT EXISTS (SELECT FROM access.walk))
            """));
        await service.Restart(services => services.Replace(ServiceDescriptor.Singleton<IApprovalSource>(source)));
        try
        {
            var data = $"data-{Guid.NewGuid():N}";
            service.Policies[data] = Answers.Allowed;
            source.IsSlow = true;
            var life = await Life.Submit(service, data);
            await source.Loaded.Task.WaitAsync(TimeSpan.FromSeconds(30));
            service.Policies[data] = Banned;
            await service.BeginEpoch();
            source.ChangeIsTold.SetResult();
            await source.Over.Task.WaitAsync(TimeSpan.FromSeconds(60));
            await Eventually.True(async () => (await life.Get()).GetProperty("state").GetString() is "approved" or "revoked", "the grant is given");
            return life;
        }
        finally
        {
            await service.Restart();
        }
    }

    /// <summary>Active grants for some data of its own.</summary>
    private async Task<string> Grants(int count)
    {
        var life = await Life.Submit(service);
        await life.Reaches("awaiting-approval");
        await life.Command(Person.ApproverDe, "approve");
        await service.Execute(
            $"""
            INSERT INTO access.request (correlation_id, state, body)
            SELECT id, state, jsonb_set(body, '{"{correlationId}"}', to_jsonb(id::text))
            FROM access.request, (SELECT gen_random_uuid() AS id FROM generate_series(2, {count})) AS copies WHERE correlation_id = '{life.Id}'
            """);
        return life.DataId;
    }

    private Task End(string data) => service.Execute($"UPDATE access.request SET state = 'Ended', body = jsonb_set(body, '{"{currentState}"}', '\"Ended\"') WHERE data_id = '{data}'");

    private int Asked(string data) => service.Reviews.SelectMany(review => review.Accesses).Count(access => access.DataId == data);

    private Task<long> Revoked(string data) => service.Query<long>($"SELECT count(*) FROM access.request WHERE data_id = '{data}' AND state = 'Revoked'");

    private Task<long> OnTheWay() => service.Query<long>("SELECT count(*) FROM access.review");

    /// <summary>The real source, once slow between reading and the commit; without its lock where a control says so.</summary>
    private sealed class SlowSource(bool guards, Func<Task<bool>> isHit) : IApprovalSource
    {
        private readonly ApprovalSource _source = new();

        public bool IsSlow { get; set; }

        public TaskCompletionSource Loaded { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource ChangeIsTold { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Over { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async Task<ApprovalData> Load(UnitOfWork unit, string tenantId, string requester, DateTimeOffset now, CancellationToken cancellationToken)
        {
            var slow = IsSlow;
            IsSlow = false;
            var data = await Load();
            if (slow)
            {
                Loaded.SetResult();
                await ChangeIsTold.Task.WaitAsync(cancellationToken);
                await Eventually.True(isHit, "the change waits, or is through");
                Over.SetResult();
            }

            return data;

            async Task<ApprovalData> Load()
            {
                if (guards)
                {
                    return await _source.Load(unit, tenantId, requester, now, cancellationToken);
                }

                await Execute("SAVEPOINT control");
                var unguarded = await _source.Load(unit, tenantId, requester, now, cancellationToken);
                await Execute("ROLLBACK TO SAVEPOINT control");
                return unguarded;
            }

            async Task Execute(string sql)
            {
                await using var command = new NpgsqlCommand(sql, unit.Connection);
                await command.ExecuteNonQueryAsync(cancellationToken);
            }
        }
    }
}
