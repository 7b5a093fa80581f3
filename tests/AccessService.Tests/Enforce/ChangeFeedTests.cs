using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Sovereignty.AccessService.Enforce;
using Sovereignty.AccessService.Tests.Check;
using Sovereignty.Client;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Access;
using Sovereignty.Testing;

namespace Sovereignty.AccessService.Tests.Enforce;

[Collection(nameof(RunningAccessService))]
public sealed class ChangeFeedTests(RunningAccessService service)
{
    [Fact]
    public async Task A_snapshot_has_what_holds_and_what_changes_later_is_among_the_changes()
    {
        var (kept, revoked, scheduled) = (await Uses.Granted(service), await Uses.Granted(service), await Uses.Granted(service, """{"uses": 2}"""));
        var (position, grants) = await Snapshot();
        Assert.Equal((GrantState.Active, false), (grants[kept.Id].State, grants[kept.Id].HasBudget));
        Assert.True(grants[scheduled.Id].HasBudget);

        await revoked.Command(Person.ComplianceOfficer, "revoke");
        var changes = await Changes(position, "PT5S");
        Assert.Equal((revoked.Id, GrantState.Revoked), (Assert.Single(changes.Items).RequestId, changes.Items[0].State));
        Assert.True(changes.Items[0].Version > grants[revoked.Id].Version);
        Assert.DoesNotContain(revoked.Id, (await Snapshot()).Grants.Keys);
    }

    [Fact]
    public async Task A_snapshot_comes_in_pages()
    {
        var lives = new[] { await Uses.Granted(service), await Uses.Granted(service), await Uses.Granted(service) };
        await service.Restart(settings: new Dictionary<string, string?> { ["Enforce:SnapshotPage"] = "2" });
        try
        {
            var grants = (await Snapshot()).Grants;
            Assert.All(lives, life => Assert.Contains(life.Id, grants.Keys));
        }
        finally
        {
            await service.Restart();
        }
    }

    [Fact]
    public async Task Nothing_comes_twice_and_an_empty_answer_moves_on()
    {
        var (position, _) = await Snapshot();
        var life = await Uses.Granted(service);
        var first = await Changes(position, "PT5S");
        Assert.Equal(life.Id, Assert.Single(first.Items).RequestId);
        Assert.Empty((await Changes(first.Position)).Items);
        Assert.Empty((await Changes(first.Position, "PT0.2S")).Items);
    }

    [Fact]
    public async Task Who_waits_is_answered_when_something_changes()
    {
        var life = await Uses.Granted(service);
        var (position, _) = await Snapshot();
        var waiting = Enumerable.Range(0, 5).Select(_ => Changes(position, "PT20S")).ToList();
        await life.Command(Person.ComplianceOfficer, "revoke");
        var begun = service.Time.GetTimestamp();
        foreach (var changes in await Task.WhenAll(waiting))
        {
            Assert.Equal(life.Id, Assert.Single(changes.Items).RequestId);
        }

        Assert.True(service.Time.GetElapsedTime(begun) < TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_change_whose_transaction_commits_late_is_not_lost_where_reading_by_number_loses_it()
    {
        var (late, early) = (await Uses.Granted(service), await Uses.Granted(service));
        var (position, _) = await Snapshot();
        var number = await service.Query<long>("SELECT max(id) FROM access.grant_change");

        await using var slow = await service.Database.OpenConnectionAsync();
        await using var transaction = await slow.BeginTransactionAsync();
        await Point(slow, late);
        await using (var quick = await service.Database.OpenConnectionAsync())
        {
            await Point(quick, early);
        }

        var first = await Changes(position, "PT5S");
        Assert.Equal(early.Id, Assert.Single(first.Items).RequestId);
        var (byNumber, last) = await ByNumber(number);
        Assert.Equal([early.Id], byNumber);

        await transaction.CommitAsync();
        Assert.Equal(late.Id, Assert.Single((await Changes(first.Position, "PT5S")).Items).RequestId);
        Assert.Empty((await ByNumber(last)).Requests);
    }

    [Fact]
    public async Task A_transaction_that_stays_open_delays_nobodys_revoke()
    {
        var life = await Uses.Granted(service);
        await using var slow = await service.Database.OpenConnectionAsync();
        await using var transaction = await slow.BeginTransactionAsync();
        await Point(slow, life);
        var (position, _) = await Snapshot();
        var revoked = await Uses.Granted(service);
        position = (await Changes(position, "PT5S")).Position;

        await revoked.Command(Person.ComplianceOfficer, "revoke");
        var changes = await Changes(position, "PT5S");
        Assert.Equal(revoked.Id, Assert.Single(changes.Items).RequestId);
        Assert.Empty((await Changes(changes.Position)).Items);
    }

    [Fact]
    public async Task A_position_from_before_what_is_kept_takes_a_snapshot()
    {
        var (position, _) = await Snapshot();
        await Uses.Granted(service);
        await service.Restart(settings: new Dictionary<string, string?> { ["Enforce:Kept"] = "00:00:00.001" });
        try
        {
            await Eventually.True(async () => await service.Query<long>("SELECT count(*) FROM access.grant_change") == 0, "old changes are deleted");
            await Refused($"changes?after={position}", HttpStatusCode.Gone, "position-expired");
            var (now, _) = await Snapshot();
            Assert.Empty((await Changes(now)).Items);
        }
        finally
        {
            await service.Restart();
        }
    }

    [Fact]
    public async Task Who_is_too_far_behind_takes_a_snapshot()
    {
        var (position, _) = await Snapshot();
        await service.Restart(settings: new Dictionary<string, string?> { ["Enforce:MostChanges"] = "3" });
        try
        {
            foreach (var _ in Enumerable.Range(0, 3))
            {
                await Uses.Granted(service);
            }

            await Refused($"changes?after={position}", HttpStatusCode.Gone, "position-expired");
            Assert.Empty((await Changes((await Snapshot()).Position)).Items);
        }
        finally
        {
            await service.Restart();
        }
    }

    [Fact]
    public async Task Who_is_too_far_behind_keeps_nobody_else_waiting()
    {
        var (life, stranger) = (await Uses.Granted(service), new Person("platform-globex", "globex", null, "service"));
        await service.Restart(settings: new Dictionary<string, string?> { ["Enforce:MostChanges"] = "3" });
        try
        {
            foreach (var tenant in new[] { "acme", "acme", "acme", "globex", "globex", "globex" })
            {
                await service.Execute($"INSERT INTO access.grant_change (tenant_id, request_id) VALUES ('{tenant}', gen_random_uuid())");
            }

            var (position, _) = await Snapshot();
            await service.Execute("INSERT INTO access.grant_change (tenant_id, request_id) SELECT 'globex', gen_random_uuid() FROM generate_series(1, 9)");
            var waiting = Changes(position, "PT20S");
            using var over = new CancellationTokenSource();
            var late = new[] { Person.PlatformService, stranger }.Select(person => Task.Run(async () =>
            {
                for (; !over.IsCancellationRequested;)
                {
                    await Refused("changes?after=1:1:&wait=PT5S", HttpStatusCode.Gone, "position-expired", person);
                }
            })).ToList();
            await life.Command(Person.ComplianceOfficer, "revoke");
            Assert.Equal(life.Id, Assert.Single((await waiting.WaitAsync(TimeSpan.FromSeconds(10))).Items).RequestId);
            await over.CancelAsync();
            await Task.WhenAll(late);
        }
        finally
        {
            await service.Restart();
        }
    }

    [Fact]
    public async Task What_happens_to_other_tenants_does_not_make_a_position_too_old()
    {
        var life = await Uses.Granted(service);
        var (position, _) = await Snapshot();
        await service.Restart(settings: new Dictionary<string, string?> { ["Enforce:MostChanges"] = "3" });
        try
        {
            await service.Execute("INSERT INTO access.grant_change (tenant_id, request_id) SELECT 'globex', gen_random_uuid() FROM generate_series(1, 9)");
            Assert.Empty((await Changes(position)).Items);
            await life.Command(Person.ComplianceOfficer, "revoke");
            Assert.Equal(life.Id, Assert.Single((await Changes(position, "PT5S")).Items).RequestId);
        }
        finally
        {
            await service.Restart();
        }
    }

    [Fact]
    public async Task A_position_that_the_database_refuses_fails_nobody_else()
    {
        var life = await Uses.Granted(service);
        var position = GrantPosition.Parse((await Snapshot()).Position)!;
        var feed = service.Services.GetRequiredService<ChangeFeed>();
        var waiting = feed.Wait("acme", position, TimeSpan.FromSeconds(20), CancellationToken.None);
        var unreadable = new GrantPosition(long.MaxValue, 4, new HashSet<ulong>());
        await Assert.ThrowsAnyAsync<Exception>(() => feed.Wait("globex", unreadable, TimeSpan.FromSeconds(20), CancellationToken.None));
        Assert.False(waiting.IsFaulted);
        await life.Command(Person.ComplianceOfficer, "revoke");
        Assert.Equal(life.Id, Assert.Single((await waiting)!.Items).RequestId);
    }

    [Fact]
    public async Task A_position_from_the_future_is_one_of_another_database()
    {
        var next = long.Parse((await Snapshot()).Position.Split(':')[1], null) + 1_000_000;
        await Refused($"changes?after={next}:{next}:", HttpStatusCode.Gone, "position-expired");
    }

    [Fact]
    public async Task Another_tenant_sees_nothing_of_it()
    {
        var stranger = new Person("platform-globex", "globex", null, "service");
        var (position, _) = await Snapshot();
        var life = await Uses.Granted(service);
        Assert.DoesNotContain(life.Id, (await Snapshot(stranger)).Grants.Keys);
        Assert.Empty((await Changes(position, "PT0.1S", stranger)).Items);
        Assert.Single((await Changes(position, "PT5S")).Items);
    }

    [Theory]
    [InlineData("changes?after=nonsense", "position-invalid")]
    [InlineData("changes?after=0:5:", "position-invalid")]
    [InlineData("changes?after=10:10:&wait=PT21S", "input-invalid")]
    [InlineData("changes?after=10:10:&wait=-PT1S", "input-invalid")]
    [InlineData("changes?after=10:10:&wait=soon", "input-invalid")]
    [InlineData("changes", "request-invalid")]
    [InlineData("snapshot?cursor=nonsense", "request-invalid")]
    public Task What_cannot_be_read_is_refused(string path, string code) => Refused(path, HttpStatusCode.BadRequest, code);

    [Fact]
    public async Task Only_services_of_a_tenant_may_ask()
    {
        foreach (var person in new[] { Person.Requester, Person.ComplianceOfficer, Person.Operator, new Person("no-tenant", null, null, "service") })
        {
            await Refused("snapshot", HttpStatusCode.Forbidden, null, person);
            await Refused("changes?after=10:10:", HttpStatusCode.Forbidden, null, person);
        }
    }

    private static async Task Point(NpgsqlConnection connection, Life life)
    {
        await using var insert = new NpgsqlCommand("INSERT INTO access.grant_change (tenant_id, request_id) VALUES ('acme', $1)", connection);
        insert.Parameters.Add(new() { Value = life.Id });
        await insert.ExecuteNonQueryAsync();
    }

    /// <summary>The control: reads on from the highest number it has seen.</summary>
    private async Task<(List<Guid> Requests, long Last)> ByNumber(long after)
    {
        var requests = new List<Guid>();
        await using var command = service.Database.CreateCommand("SELECT request_id, id FROM access.grant_change WHERE id > $1 ORDER BY id");
        command.Parameters.Add(new() { Value = after });
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            requests.Add(reader.GetGuid(0));
            after = reader.GetInt64(1);
        }

        return (requests, after);
    }

    private async Task<(string Position, Dictionary<Guid, AccessGrant> Grants)> Snapshot(Person? person = null)
    {
        var grants = new Dictionary<Guid, AccessGrant>();
        string? position = null, cursor = null;
        do
        {
            var page = await service.Client(person ?? Person.PlatformService).GetFromJsonAsync<GrantSnapshotPage>($"/access/enforcement/snapshot{(cursor is null ? "" : $"?cursor={cursor}")}", ContractJson.Options);
            (position, cursor) = (position ?? page!.Position, page!.NextCursor);
            foreach (var grant in page.Items)
            {
                Assert.True(grants.TryAdd(grant.RequestId, grant));
            }
        }
        while (cursor is not null);
        return (position, grants);
    }

    private async Task<GrantChangesPage> Changes(string after, string wait = "PT0S", Person? person = null) =>
        (await service.Client(person ?? Person.PlatformService).GetFromJsonAsync<GrantChangesPage>($"/access/enforcement/changes?after={after}&wait={wait}", ContractJson.Options))!;

    private async Task Refused(string path, HttpStatusCode status, string? code, Person? person = null)
    {
        var response = await service.Client(person ?? Person.PlatformService).GetAsync($"/access/enforcement/{path}");
        var body = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True(response.StatusCode == status, body.ToString());
        Assert.True(code is null || body.GetProperty("code").GetString() == code, body.ToString());
    }
}
