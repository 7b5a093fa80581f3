using Sovereignty.Testing;

namespace Sovereignty.AccessService.Tests.People;

[Collection(nameof(RunningAccessService))]
public sealed class PeopleEndpointTests(RunningAccessService service)
{
    private static readonly HttpMethod Get = HttpMethod.Get;
    private static readonly HttpMethod Put = HttpMethod.Put;
    private readonly Tenant _tenant = new();

    [Fact]
    public async Task A_person_is_recorded_changed_dated_and_told()
    {
        var created = await service.Send(_tenant.Officer, Put, "/access/people/ada", Standing(), 201, ifNoneMatch: "*");
        Assert.Equal(("\"1\"", "approver"), (created.ETag, created.Body.GetProperty("now").GetProperty("roles")[0].GetString()));

        var later = service.Time.GetUtcNow().AddDays(30);
        var dated = await service.Send(_tenant.Officer, Put, "/access/people/ada", Standing(active: false, from: later), 200, "\"1\"");
        Assert.Equal("\"2\"", dated.ETag);
        Assert.True(dated.Body.GetProperty("now").GetProperty("active").GetBoolean());
        var toCome = Assert.Single(dated.Body.GetProperty("toCome").EnumerateArray());
        Assert.False(toCome.GetProperty("active").GetBoolean());
        Assert.Equal(later, toCome.GetProperty("validFrom").GetDateTimeOffset(), TimeSpan.FromMilliseconds(1));

        await service.Send(_tenant.Officer, Put, "/access/people/ada", Standing(jurisdictions: ["DE", "FR"]), 200, "\"2\"");
        var read = await service.Send(_tenant.Approver, Get, "/access/people/ada", null, 200);
        Assert.Equal(("\"3\"", 3), (read.ETag, read.Body.GetProperty("now").GetProperty("version").GetInt32()));
        Assert.Empty(read.Body.GetProperty("toCome").EnumerateArray());

        var versions = await service.Send(_tenant.Officer, Get, "/access/people/ada/versions", null, 200);
        Assert.Equal([1, 2, 3], versions.Body.GetProperty("items").EnumerateArray().Select(version => version.GetProperty("version").GetInt32()));
        await Eventually.True(() => Told().Length == 3, "every version is told");
        Assert.Equal([(1, true), (2, false), (3, true)], Told());
    }

    [Fact]
    public async Task A_change_must_say_what_it_changes()
    {
        await service.Refused(_tenant.Officer, Put, "/access/people/ada", Standing(), 428, "if-none-match-missing");
        await service.Refused(_tenant.Officer, Put, "/access/people/ada", Standing(), 412, "etag-stale", ifMatch: "\"1\"");
        await service.Send(_tenant.Officer, Put, "/access/people/ada", Standing(), 201, ifNoneMatch: "*");
        await service.Refused(_tenant.Officer, Put, "/access/people/ada", Standing(), 428, "if-match-missing");
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => service.Ask(_tenant.Officer, Put, "/access/people/ada", Standing(), "\"1\"")));
        Assert.Equal([200, 412, 412, 412], answers.Select(answer => answer.Status).Order());
    }

    [Fact]
    public async Task Nobody_changes_the_own_standing()
    {
        await service.Refused(_tenant.Officer, Put, "/access/people/officer", Standing(), 403, "own-standing", ifNoneMatch: "*");
        await service.Refused(Person.PolicyAdmin, Put, $"/access/people/policy-admin?tenant={_tenant.Name}", Standing(), 403, "own-standing", ifNoneMatch: "*");
        await service.Send(Person.PolicyAdmin, Put, $"/access/people/officer?tenant={_tenant.Name}", Standing(roles: ["compliance-officer"]), 201, ifNoneMatch: "*");
    }

    [Fact]
    public async Task Everybody_reads_the_own_standing_and_only_those_who_keep_the_directory_read_others()
    {
        await _tenant.Directory(service);
        await service.Send(_tenant.Approver, Get, "/access/people/ada", null, 200);
        await service.Send(_tenant.Approver, Get, "/access/people/ada/versions", null, 200);
        await service.Refused(_tenant.Approver, Get, "/access/people/bob", null, 404, "not-found");
        await service.Refused(_tenant.Approver, Get, "/access/people", null, 403, "role-missing");
        await service.Refused(_tenant.Approver, Put, "/access/people/bob", Standing(), 403, "role-missing", "*");
        await service.Refused(new Tenant().Officer, Get, "/access/people/ada", null, 404, "not-found");
        await service.Refused(new Tenant().Officer, Put, $"/access/people/ada?tenant={_tenant.Name}", Standing(), 404, "not-found", "*");
        await service.Refused(Person.PolicyAdmin, Put, "/access/people/ada", Standing(), 422, "tenant-missing", "*");
        await service.Send(Person.PolicyAdmin, Get, $"/access/people/ada?tenant={_tenant.Name}", null, 200);
        await service.Refused(Person.Operator, Get, "/access/people", null, 403, "role-missing");
    }

    [Fact]
    public async Task The_list_is_narrowed_and_paged()
    {
        await _tenant.Directory(service);
        await service.Stands(_tenant.Legal, active: false);
        Assert.Equal(["ada", "asker", "bob", "cem", "dan", "lea"], await Listed(""));
        Assert.Equal(["ada", "bob", "cem"], await Listed("role=approver"));
        Assert.Equal(["ada", "bob"], await Listed("role=approver&jurisdiction=DE"));
        Assert.Equal(["lea"], await Listed("active=false"));
        Assert.Equal(["ada", "asker", "bob", "cem", "dan"], await Listed("active=true"));

        var first = (await service.Send(_tenant.Officer, Get, "/access/people?limit=4", null, 200)).Body;
        Assert.Equal(4, first.GetProperty("items").GetArrayLength());
        Assert.Equal(["dan", "lea"], await Listed($"limit=4&cursor={first.GetProperty("nextCursor").GetString()}"));
        await service.Refused(_tenant.Officer, Get, "/access/people?active=perhaps", null, 400, "request-invalid");
    }

    [Fact]
    public async Task All_faults_are_said_at_once()
    {
        var problem = await service.Refused(_tenant.Officer, Put, "/access/people/ada", Standing(["king"], ["XX"], from: service.Time.GetUtcNow().AddDays(-1)), 422, "role-unknown", ifNoneMatch: "*");
        Assert.Equal(["role-unknown", "country-unknown", "valid-from-invalid"], problem.GetProperty("faults").EnumerateArray().Select(fault => fault.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task A_person_whose_time_is_still_to_come_decides_nothing_yet()
    {
        await _tenant.Directory(service);
        await service.Send(_tenant.Officer, Put, "/access/people/new", Standing(from: service.Time.GetUtcNow().AddDays(1)), 201, ifNoneMatch: "*");
        var inbox = await service.Send(new("new", _tenant.Name, "DE", "approver"), Get, "/access/inbox", null, 200);
        Assert.Empty(inbox.Body.GetProperty("items").EnumerateArray());
        Assert.Null((await service.Send(_tenant.Officer, Get, "/access/people/new", null, 200)).Body.GetProperty("now").GetString());
    }

    private static object Standing(string[]? roles = null, string[]? jurisdictions = null, bool active = true, DateTimeOffset? from = null) =>
        new { displayName = "Ada", roles = roles ?? ["approver"], jurisdictions = jurisdictions ?? ["DE"], active, validFrom = from };

    private async Task<IEnumerable<string?>> Listed(string query) =>
        (await service.Send(_tenant.Officer, Get, $"/access/people?{query}", null, 200)).Body.GetProperty("items").EnumerateArray().Select(person => person.GetProperty("subject").GetString());

    private (int, bool)[] Told() =>
    [
        .. service.Heard.DistinctBy(heard => heard.MessageId)
            .Where(heard => heard.Type == "PersonStandingChanged" && heard.Body.GetProperty("tenantId").GetString() == _tenant.Name)
            .Select(heard => (heard.Body.GetProperty("version").GetInt32(), heard.Body.GetProperty("active").GetBoolean())),
    ];
}
