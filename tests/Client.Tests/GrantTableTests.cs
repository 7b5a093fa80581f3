using CsCheck;
using Sovereignty.Contracts.Access;
using static Sovereignty.Client.Tests.Given;

namespace Sovereignty.Client.Tests;

public sealed class GrantTableTests
{
    private const int Requests = 4;

    /// <summary>Some states of some requests, each version with one content, in any order and any number.</summary>
    private static readonly Gen<AccessGrant[]> GenStates =
        from seeds in Gen.Int[0, 1_000].Array[Requests * 4]
        from picks in Gen.Select(Gen.Int[1, Requests], Gen.Int[1, 4]).Array[0, 30]
        select picks.Select(pick => State(pick.Item1, pick.Item2, seeds[((pick.Item1 - 1) * 4) + pick.Item2 - 1])).ToArray();

    [Fact]
    public void Whatever_the_order_and_the_repetitions_the_newest_state_of_each_request_counts() =>
        NewestCounts((states, question, now) => Table(states).Check(question, now));

    [Fact]
    public void The_property_catches_a_table_in_which_the_last_to_come_counts() =>
        Property.Catches(() => NewestCounts((states, question, now) =>
            GrantCheck.Check([.. states.GroupBy(state => state.RequestId).Select(request => request.Last())], question, now)));

    [Fact]
    public void A_state_is_news_once()
    {
        var table = new GrantTable();
        Assert.True(table.Apply(Grant(version: 2)));
        Assert.False(table.Apply(Grant(version: 2)));
        Assert.False(table.Apply(Grant(version: 1, state: GrantState.Revoked)));
        Assert.True(table.Check(Question, Now).Allowed);
        Assert.True(table.Apply(Grant(version: 3, state: GrantState.Revoked)));
        Assert.Equal(AccessCodes.Revoked, table.Check(Question, Now).Code);
        Assert.Equal(1, table.Count);
    }

    [Fact]
    public void It_grows_and_finds_each_of_many()
    {
        var table = new GrantTable();
        foreach (var number in Enumerable.Range(1, 50_000))
        {
            table.Apply(Grant(request: number, dataId: $"data-{number % 20_000}", state: number > 20_000 ? GrantState.Revoked : GrantState.Active));
        }

        Assert.Equal(50_000, table.Count);
        for (var number = 0; number < 20_000; number++)
        {
            Assert.True(table.Check(Question with { DataId = $"data-{number}" }, Now).Allowed);
        }

        Assert.Equal(AccessCodes.NotGranted, table.Check(Question with { DataId = "data-20000" }, Now).Code);
    }

    [Fact]
    public void Ended_grants_are_forgotten_and_others_are_not()
    {
        var table = new GrantTable();
        table.Apply(Grant(request: 1, until: -30));
        table.Apply(Grant(request: 2, until: -20));
        table.Apply(Grant(request: 3));
        Assert.Equal(1, table.RemoveEnded(Now.AddHours(-24)));
        Assert.Equal(0, table.RemoveEnded(Now.AddHours(-24)));
        Assert.Equal(2, table.Count);
        Assert.True(table.Check(Question, Now).Allowed);
    }

    [Fact]
    public void What_was_over_before_its_time_is_forgotten_when_it_was_heard_long_ago()
    {
        var table = new GrantTable();
        table.Apply(Grant(GrantState.Revoked, request: 1, until: 1_000), Now.AddHours(-30));
        table.Apply(Grant(GrantState.Revoked, request: 2, until: 1_000), Now.AddHours(-20));
        table.Apply(Grant(GrantState.Suspended, request: 3, until: 1_000), Now.AddHours(-30));
        table.Apply(Grant(GrantState.Revoked, request: 4, until: 1_000));
        table.Apply(Grant(GrantState.Revoked, request: 5, until: -48), Now.AddHours(-20));
        Assert.Equal(2, table.RemoveEnded(Now.AddHours(-24)));
        Assert.Equal([2, 3, 4], Enumerable.Range(1, 5).Where(request => table.Find(Question, Id(1_000_000 + request)) is not null));
    }

    [Fact]
    public void Texts_of_grants_that_are_forgotten_are_forgotten_too()
    {
        var table = new GrantTable();
        table.Apply(Grant());
        var pooled = table.Pooled;
        foreach (var number in Enumerable.Range(2, 1_000))
        {
            table.Apply(Grant(request: number, until: -48) with { Subject = $"person-{number}", Actions = [$"action-{number}"] });
        }

        table.RemoveEnded(Now.AddHours(-24));
        Assert.Equal(pooled, table.Pooled);
        Assert.True(table.Check(Question, Now).Allowed);
    }

    [Fact]
    public void One_grant_is_found_in_its_newest_state_beside_others()
    {
        var table = Table([Grant(request: 1), Grant(GrantState.Exhausted, request: 2), Grant(GrantState.Revoked, request: 1, version: 2)]);
        Assert.Equal(GrantState.Revoked, table.Find(Question, Id(1_000_001))!.State);
        Assert.Null(table.Find(Question, Id(1_000_003)));
    }

    [Fact]
    public async Task A_reader_beside_writers_always_finds_what_holds_throughout()
    {
        var table = new GrantTable();
        table.Apply(Grant(request: 1));
        using var over = new CancellationTokenSource();
        var reader = Task.Run(() =>
        {
            var checks = 0;
            for (; !over.IsCancellationRequested || checks == 0; checks++)
            {
                Assert.True(table.Check(Question, Now).Allowed);
            }
        });
        foreach (var number in Enumerable.Range(2, 100_000))
        {
            table.Apply(Grant(request: number, dataId: $"data-{number % 30_000}", until: -48));
            table.Apply(Grant(request: 1, version: number));
            if (number % 10_000 == 0)
            {
                table.RemoveEnded(Now.AddHours(-24));
            }
        }

        await over.CancelAsync();
        await reader;
    }

    [Fact]
    public void A_check_allocates_nothing()
    {
        var table = Table([Grant(), Grant(request: 2, state: GrantState.Revoked), Grant(request: 3, budget: true)]);
        table.Check(Question, Now);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 1_000; round++)
        {
            table.Check(Question, Now);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void NewestCounts(Func<AccessGrant[], AccessQuestion, DateTimeOffset, AccessAnswer> check) =>
        Property.Holds(
            from states in GenStates
            from hours in Gen.Int[-5, 8]
            select (states, now: Now.AddHours(hours)),
            given =>
            {
                var newest = given.states.GroupBy(state => state.RequestId).Select(request => request.MaxBy(state => state.Version)!).ToArray();
                return Enumerable.Range(0, 2).Select(number => Question with { DataId = $"data-{number}" }).All(question =>
                    check(given.states, question, given.now).Code == GrantCheck.Check(newest, question, given.now).Code);
            });

    private static AccessGrant State(int request, int version, int seed) =>
        Grant((GrantState)(seed % 7), (seed / 7 % 5) - 3, (seed / 7 % 5) - 3 + 1 + (seed / 35 % 4), seed / 140 % 2 == 1, request, version, $"data-{request % 2}");

    private static GrantTable Table(IEnumerable<AccessGrant> states)
    {
        var table = new GrantTable();
        foreach (var state in states)
        {
            table.Apply(state);
        }

        return table;
    }
}
