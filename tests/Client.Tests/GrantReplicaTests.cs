using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Sovereignty.Contracts.Access;
using static Sovereignty.Client.Tests.Given;

namespace Sovereignty.Client.Tests;

public sealed class GrantReplicaTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider _time = new(Now);
    private readonly GrantReplica _replica;

    public GrantReplicaTests()
    {
        _replica = new(_time, Bound);
    }

    [Fact]
    public void Nothing_is_answered_before_the_first_snapshot()
    {
        Assert.Equal(new(AccessCodes.SnapshotStale, null), _replica.Check(Question));
        Assert.Null(_replica.Age);
        Assert.False(_replica.IsFresh);
    }

    [Fact]
    public void It_answers_until_the_bound_and_not_a_moment_longer()
    {
        Load(_replica.Now());
        _time.Advance(Bound);
        Assert.True(_replica.Check(Question).Allowed);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(AccessCodes.SnapshotStale, _replica.Check(Question).Code);
        _replica.Apply([], _replica.Now());
        Assert.True(_replica.Check(Question).Allowed);
    }

    [Fact]
    public void An_answer_that_took_long_is_as_old_as_its_question()
    {
        Load(_replica.Now());
        var sentAt = _replica.Now();
        _time.Advance(TimeSpan.FromSeconds(8));
        _replica.Apply([], sentAt);
        Assert.Equal(TimeSpan.FromSeconds(8), _replica.Age);
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(AccessCodes.SnapshotStale, _replica.Check(Question).Code);
    }

    [Fact]
    public void What_came_counts_however_stale_the_copy_was_before()
    {
        Load(_replica.Now());
        _time.Advance(TimeSpan.FromMinutes(1));
        _replica.Apply([Grant(GrantState.Revoked, version: 2)], _replica.Now());
        Assert.Equal(AccessCodes.Revoked, _replica.Check(Question).Code);
    }

    [Fact]
    public void A_new_snapshot_leaves_nothing_of_the_old()
    {
        Load(_replica.Now());
        _replica.Replace(new GrantTable(), _replica.Now());
        Assert.Equal(AccessCodes.NotGranted, _replica.Check(Question).Code);
    }

    [Fact]
    public void A_machine_that_slept_does_not_look_young()
    {
        var time = new Sleeper();
        var replica = new GrantReplica(time, Bound);
        var table = new GrantTable();
        table.Apply(Grant());
        replica.Replace(table, replica.Now());
        Assert.True(replica.Check(Question).Allowed);
        time.Calendar += TimeSpan.FromHours(1);
        Assert.Equal(AccessCodes.SnapshotStale, replica.Check(Question).Code);
        time.Calendar -= TimeSpan.FromHours(2);
        Assert.True(replica.Check(Question with { }).Code is AccessCodes.NotStarted or AccessCodes.Granted);
        time.Steady += 11;
        Assert.Equal(AccessCodes.SnapshotStale, replica.Check(Question).Code);
    }

    /// <summary>Requests one after the other, each with a way there and back; some are never answered.</summary>
    [Fact]
    public void It_never_answers_from_what_it_heard_longer_ago_than_the_bound() => Property.Holds(
        Gen.Select(Gen.Int[0, 9_000], Gen.Int[0, 9_000], Gen.Bool).Array[1, 12],
        steps =>
        {
            var time = new FakeTimeProvider(Now);
            var replica = new GrantReplica(time, Bound);
            var table = new GrantTable();
            table.Apply(Grant());
            replica.Replace(table, replica.Now());
            var heard = time.GetUtcNow();
            return steps.All(step =>
            {
                var (sent, sentAt) = (time.GetUtcNow(), replica.Now());
                time.Advance(TimeSpan.FromMilliseconds(step.Item1));
                var right = Agrees();
                if (step.Item3)
                {
                    replica.Apply([], sentAt);
                    heard = sent;
                }

                time.Advance(TimeSpan.FromMilliseconds(step.Item2));
                return right && Agrees();
            });

            bool Agrees() => replica.Check(Question).Allowed == (time.GetUtcNow() - heard <= Bound);
        });

    private void Load(GrantReplica.Moment sentAt)
    {
        var table = new GrantTable();
        table.Apply(Grant());
        _replica.Replace(table, sentAt);
    }

    /// <summary>A clock whose two parts go their own ways, in seconds.</summary>
    private sealed class Sleeper : TimeProvider
    {
        public long Steady { get; set; }

        public DateTimeOffset Calendar { get; set; } = Now;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Steady;

        public override DateTimeOffset GetUtcNow() => Calendar;
    }
}
