using Sovereignty.AccessService.Requests;
using Sovereignty.Contracts.Access;
using Sovereignty.Testing;

namespace Sovereignty.AccessService.Tests.Check;

[Collection(nameof(RunningAccessService))]
public sealed class CheckTests(RunningAccessService service)
{
    private const int Revokes = 20;

    [Fact]
    public async Task From_the_answer_to_a_revoke_on_every_check_refuses()
    {
        for (var round = 0; round < Revokes; round++)
        {
            var life = await Uses.Granted(service);
            Assert.Equal((true, AccessCodes.Granted), await life.Check());
            await life.Command(Person.ComplianceOfficer, "revoke");
            Assert.Equal((false, AccessCodes.Revoked), await life.Check());
        }
    }

    [Fact]
    public async Task A_check_answers_anew_under_a_key_that_was_used_and_a_use_gives_its_first_answer_again()
    {
        var (life, key) = (await Uses.Granted(service), Guid.NewGuid().ToString());
        Assert.True((await Uses.Post(service, life, "check", key)).Allowed);
        Assert.True((await Uses.Post(service, life, "use", key + "-use")).Allowed);
        await life.Command(Person.ComplianceOfficer, "revoke");

        var (response, allowed, code) = await Uses.Post(service, life, "check", key);
        Assert.Equal((false, AccessCodes.Revoked), (allowed, code));
        Assert.False(response.Headers.Contains("Idempotency-Replayed"));

        var repeated = await Uses.Post(service, life, "use", key + "-use");
        Assert.True(repeated.Allowed);
        Assert.True(repeated.Response.Headers.Contains("Idempotency-Replayed"));
        Assert.Equal(AccessCodes.Revoked, await Uses.UseCode(service, life, key + "-next"));
    }

    [Theory]
    [InlineData(States.Suspended, "suspended")]
    [InlineData(States.Exhausted, "exhausted")]
    public async Task A_grant_that_does_not_hold_is_refused_with_the_reason(string state, string code)
    {
        var life = await Uses.Granted(service);
        await service.Execute($"UPDATE access.request SET state = '{state}', body = jsonb_set(body, '{{currentState}}', '\"{state}\"') WHERE correlation_id = '{life.Id}'");
        Assert.Equal((false, code), await life.Check());
        Assert.Equal((false, code), await life.Use());
    }

    [Fact]
    public async Task Checks_go_on_after_the_database_was_restarted_under_them()
    {
        var life = await Uses.Granted(service);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => life.Check()));
        await service.Execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'access' AND pid <> pg_backend_pid()");
        await Eventually.True(async () => await life.Check() == (true, AccessCodes.Granted), "checks are answered");
        await Eventually.True(async () => await service.Query<long>("SELECT count(*) FROM pg_stat_activity WHERE usename = 'access'") > 0, "the service is connected");
    }
}
