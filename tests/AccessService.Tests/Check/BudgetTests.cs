using Npgsql;
using Sovereignty.AccessService.CheckAccess;
using Sovereignty.Contracts.Access;
using Sovereignty.Testing;

namespace Sovereignty.AccessService.Tests.Check;

[Collection(nameof(RunningAccessService))]
public sealed class BudgetTests(RunningAccessService service)
{
    private const int AtOnce = 40;
    private const int Allowed = 7;

    [Fact]
    public async Task A_grant_with_a_budget_takes_a_recorded_use()
    {
        var life = await Uses.Granted(service, """{"uses": 5}""");
        Assert.Equal((false, AccessCodes.UseRequired), await life.Check());
        Assert.Equal((true, AccessCodes.Granted), await life.Use());
        Assert.Equal(1, await Uses.Counted(service, life));
    }

    [Fact]
    public async Task More_than_what_is_left_is_refused_and_counts_nothing()
    {
        var life = await Uses.Granted(service, """{"records": 10, "bytes": 1000}""");
        Assert.Equal(AccessCodes.BudgetExceeded, await Uses.UseCode(service, life, records: 11, bytes: 1));
        Assert.Equal(AccessCodes.Granted, await Uses.UseCode(service, life, records: 8, bytes: 1));
        Assert.Equal(AccessCodes.BudgetExceeded, await Uses.UseCode(service, life, records: 3, bytes: 1));
        Assert.Equal(AccessCodes.BudgetExceeded, await Uses.UseCode(service, life, records: 1, bytes: long.MaxValue));
        Assert.Equal((8, 1), (await Uses.Counted(service, life, "records"), await Uses.Counted(service, life, "bytes")));
        Assert.Equal(AccessCodes.Granted, await Uses.UseCode(service, life, records: 1, bytes: 1));
        await Eventually.True(() => service.Heard.Count(heard => heard.Type == nameof(AccessUseRefused) && heard.Body.GetProperty("dataId").GetString() == life.DataId) == 3, "the refusals are recorded");
    }

    [Fact]
    public async Task What_the_budget_counts_must_be_told()
    {
        var life = await Uses.Granted(service, """{"subjects": 10}""");
        Assert.Equal(AccessCodes.AmountMissing, await Uses.UseCode(service, life, records: 1, bytes: 1));
        Assert.Equal(0, await Uses.Counted(service, life, "subjects"));
        Assert.Equal(AccessCodes.Granted, await Uses.UseCode(service, life, subjects: 0));
    }

    [Fact]
    public async Task The_use_that_takes_the_last_ends_the_grant()
    {
        var life = await Uses.Granted(service, """{"records": 10}""");
        Assert.Equal(AccessCodes.Granted, await Uses.UseCode(service, life, records: 9));
        Assert.Equal(AccessCodes.Granted, await Uses.UseCode(service, life, records: 1));
        await Uses.Exhausted(life);
        Assert.Equal((false, AccessCodes.Exhausted), await life.Use());
        await life.Hears("AccessRequested", "AccessValidationStarted", "AccessGranted", "AccessUsed", "AccessUsed", "AccessExhausted");
        Assert.Equal("requester", service.EventsOf(life.Id).Single(heard => heard.Type == nameof(AccessExhausted)).Body.GetProperty("actor").GetProperty("subject").GetString());
    }

    [Fact]
    public async Task A_use_that_is_sent_again_counts_once()
    {
        var (life, key) = (await Uses.Granted(service, """{"uses": 5}"""), Guid.NewGuid().ToString());
        Assert.Equal(AccessCodes.Granted, await Uses.UseCode(service, life, key));
        Assert.Equal(AccessCodes.Granted, await Uses.UseCode(service, life, key));
        Assert.Equal(1, await Uses.Counted(service, life));
        Assert.Equal(AccessCodes.Granted, await Uses.UseCode(service, life, key + "-next"));
        Assert.Equal(2, await Uses.Counted(service, life));
    }

    [Fact]
    public async Task A_use_goes_to_the_grant_that_has_enough_left()
    {
        var small = await Uses.Granted(service, """{"records": 2}""");
        var large = await Uses.Granted(service, """{"records": 100}""", small.DataId);
        for (var use = 0; use < 3; use++)
        {
            Assert.Equal(AccessCodes.Granted, await Uses.UseCode(service, small, records: 20));
        }

        Assert.Equal(AccessCodes.BudgetExceeded, await Uses.UseCode(service, small, records: 50));
        Assert.Equal((0, 60), (await Uses.Counted(service, small, "records"), await Uses.Counted(service, large, "records")));
    }

    [Fact]
    public async Task Of_uses_at_once_just_as_many_are_allowed_as_the_budget_has()
    {
        var life = await Uses.Granted(service, $$"""{"uses": {{Allowed}}}""");
        var codes = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Uses.UseCode(service, life)));
        Assert.Equal(Allowed, codes.Count(code => code == AccessCodes.Granted));
        Assert.All(codes, code => Assert.Contains(code, new[] { AccessCodes.Granted, AccessCodes.BudgetExceeded, AccessCodes.Exhausted }));
        Assert.Equal(Allowed, await Uses.Counted(service, life));
        await Uses.Exhausted(life);
    }

    [Fact]
    public async Task The_count_itself_keeps_the_budget() => Assert.Equal(Allowed, await TakenAtOnce(GrantUses.Guard));

    /// <summary>The control of the two above.</summary>
    [Fact]
    public async Task Without_the_guard_more_are_allowed() => Assert.True(await TakenAtOnce("true") > Allowed);

    private async Task<int> TakenAtOnce(string guard)
    {
        var (grant, budget) = (Guid.NewGuid(), new AccessBudget { Uses = Allowed });
        await using var database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(service.AdminDatabase) { Database = "access", MaxPoolSize = 10 });
        var taken = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(async _ =>
        {
            await using var connection = await database.OpenConnectionAsync();
            return await GrantUses.Take(connection, grant, budget, new AccessBudget { Uses = 1 }, CancellationToken.None, guard);
        }));
        return taken.Count(take => take.Refusal is null);
    }
}
