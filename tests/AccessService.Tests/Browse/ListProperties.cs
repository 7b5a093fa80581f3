using System.Security.Claims;
using System.Text.Json;
using CsCheck;
using Npgsql;
using NpgsqlTypes;
using Sovereignty.AccessService.BrowseAccess;
using Sovereignty.AccessService.People;
using Sovereignty.AccessService.Requests;
using Sovereignty.AccessService.Rules;
using Sovereignty.AccessService.Tests.Requests;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Access;

namespace Sovereignty.AccessService.Tests.Browse;

/// <summary>Many requests in many states on a real database: what the lists find is what the rules say of each.</summary>
[Collection(nameof(RunningAccessService))]
public sealed class ListProperties(RunningAccessService service)
{
    private const int Requests = 600;
    private static readonly DateTimeOffset Now = Given.Now;
    private static readonly string[] Subjects = ["ada", "bob", "cem", "dan"];
    private static readonly string[] Roles = ["approver", "dpo", "legal"];

    private static readonly string[] Known =
    [
        .. States.Pending, .. States.Granted, States.Refused, States.Denied, States.Withdrawn, States.Lapsed, States.Ended, States.GivenBack, States.Exhausted, States.Revoked,
    ];

    private static readonly Gen<ApprovalStage> Stage =
        from roles in Gen.OneOf(Roles).Array[0, 2]
        from people in Gen.Frequency((3, Gen.Const(Array.Empty<string>())), (1, Gen.OneOf(Subjects).Array[1, 2]))
        from quorum in Gen.Int[1, 3]
        select new ApprovalStage { Name = "Stage", Roles = [.. roles.Distinct()], People = [.. people.Distinct()], Quorum = quorum };

    private static readonly Gen<Actor> Person =
        from subject in Gen.OneOf(Subjects)
        from issuer in Gen.Frequency((5, Gen.Const("https://issuer.test")), (1, Gen.Const("https://other.test")))
        from roles in Gen.OneOf([.. Roles, "requester"]).Array[0, 3]
        select new Actor { Issuer = issuer, Subject = subject, Country = "DE", Roles = [.. roles.Distinct()] };

    private static readonly Gen<Standing> Recorded =
        from subject in Gen.OneOf(Subjects)
        from roles in Gen.OneOf([.. Roles, "requester"]).Array[0, 3]
        from jurisdictions in Gen.OneOf("DE", "FR", "IT").Array[0, 3]
        from active in Gen.Frequency((6, Gen.Const(true)), (1, Gen.Const(false)))
        select new Standing("acme", subject, 1, null, [.. roles.Distinct()], [.. jurisdictions.Distinct()], active, Now.AddDays(-1));

    [Fact]
    public async Task The_inbox_is_just_what_a_person_may_decide_now()
    {
        var (tenant, requests, connection) = await Fill();
        await using (connection)
        {
            var (random, found) = (new PCG(7, 7), 0);
            for (var round = 0; round < 200; round++)
            {
                var (actor, person) = (Person.Generate(random, null, out _), Recorded.Generate(random, null, out _));
                person = person with { TenantId = tenant, Subject = actor.Subject };
                var data = new ApprovalData([], [person], 0);
                var expected = requests.Where(request => MayDecide(request, actor, data)).Select(request => request.CorrelationId).Order().ToArray();

                var listed = await All(after => RequestQueries.Inbox(connection, Visibility.Of(User(actor, tenant), person), after, 41, Now, CancellationToken.None), 40);
                Assert.Equal(expected, listed);
                found += expected.Length;
            }

            Assert.True(found > 300, $"Only {found} were to be found: the cases say little.");
        }
    }

    [Fact]
    public async Task A_list_is_just_what_a_person_sees_in_the_states_of_the_moment()
    {
        var (tenant, requests, connection) = await Fill();
        await using (connection)
        {
            var (random, found) = (new PCG(8, 8), 0);
            for (var round = 0; round < 80; round++)
            {
                var (actor, person) = (Person.Generate(random, null, out _), Recorded.Generate(random, null, out _) with { TenantId = tenant });
                if (round % 4 == 0)
                {
                    actor = actor with { Roles = [.. actor.Roles, "compliance-officer"] };
                }

                var visibility = Visibility.Of(User(actor, tenant), person with { Subject = actor.Subject });
                var filter = new RequestFilter
                {
                    States = random.Next(3) == 0 ? null : [.. Gen.OneOf(Known).Array[1, 8].Generate(random, null, out _).Distinct()],
                    Requester = random.Next(4) == 0 ? Subjects[random.Next(4)] : null,
                    DataId = random.Next(4) == 0 ? $"data-{random.Next(5)}" : null,
                };
                var expected = requests
                    .Where(visibility.Sees)
                    .Where(request => filter.States?.Contains(States.At(request, Now)) ?? true)
                    .Where(request => filter.Requester is null || request.Requester.Subject == filter.Requester)
                    .Where(request => filter.DataId is null || request.DataId == filter.DataId)
                    .Select(request => request.CorrelationId)
                    .OrderDescending()
                    .ToArray();

                Assert.Equal(expected, await All(before => RequestQueries.List(connection, visibility, filter, before, 31, Now, CancellationToken.None), 30));
                found += expected.Length;
            }

            Assert.True(found > 1000, $"Only {found} were to be found: the cases say little.");
        }
    }

    [Fact]
    public async Task Platform_staff_list_every_tenants_requests_in_one_order()
    {
        var (first, ours, connection) = await Fill(Requests / 10);
        await using (connection)
        {
            var (second, theirs, other) = await Fill(Requests / 10);
            await other.DisposeAsync();
            var staff = Visibility.Of(new ClaimsPrincipal(new ClaimsIdentity([new("iss", "x"), new("sub", "policy-admin"), new("roles", "policy-admin")], "test", "sub", "roles")), null);
            foreach (var states in new IReadOnlyList<string>?[] { null, [States.Revoked, States.Lapsed], [States.AwaitingApproval] })
            {
                var expected = ours.Concat(theirs).Where(request => states?.Contains(States.At(request, Now)) ?? true).Select(request => request.CorrelationId).OrderDescending();
                var listed = await RequestQueries.List(connection, staff, new() { States = states }, null, int.MaxValue, Now, CancellationToken.None);
                Assert.Equal(expected, listed.Where(request => request.TenantId == first || request.TenantId == second).Select(request => request.CorrelationId));
                Assert.Equal(listed.Select(request => request.CorrelationId).OrderDescending(), listed.Select(request => request.CorrelationId));
            }
        }
    }

    private static bool MayDecide(AccessRequest request, Actor actor, ApprovalData data)
    {
        var judgement = CommandRules.Judge(request, new DecideAccess(request.CorrelationId, Guid.NewGuid(), actor, "a reason that nobody gave yet", ApprovalDecision.Deny, null), data, Now);
        return judgement.CarryOut;
    }

    private static ClaimsPrincipal User(Actor actor, string tenant) => new(new ClaimsIdentity(
        [new("iss", actor.Issuer), new("sub", actor.Subject), new("tenant", tenant), .. actor.Roles.Select(role => new Claim("roles", role))], "test", "sub", "roles"));

    private static async Task<IReadOnlyList<Guid>> All(Func<Guid?, Task<IReadOnlyList<AccessRequest>>> page, int size)
    {
        var all = new List<Guid>();
        while (true)
        {
            var found = await page(all is [] ? null : all[^1]);
            all.AddRange(found.Take(size).Select(request => request.CorrelationId));
            if (found.Count <= size)
            {
                return all;
            }
        }
    }

    private async Task<(string Tenant, IReadOnlyList<AccessRequest> Requests, NpgsqlConnection Connection)> Fill(int count = Requests)
    {
        var tenant = new Tenant().Name;
        var random = new PCG(1, (ulong)count);
        AccessRequest[] requests = [.. Enumerable.Range(0, count).Select(place => Request(tenant, place, random))];
        var connection = await service.Database.OpenConnectionAsync();
        await using (var import = await connection.BeginBinaryImportAsync("COPY access.request (correlation_id, state, body) FROM STDIN (FORMAT BINARY)"))
        {
            foreach (var request in requests)
            {
                await import.StartRowAsync();
                await import.WriteAsync(request.CorrelationId);
                await import.WriteAsync(request.CurrentState);
                await import.WriteAsync(JsonSerializer.Serialize(request, ContractJson.Options), NpgsqlDbType.Jsonb);
            }

            await import.CompleteAsync();
        }

        return (tenant, requests, connection);
    }

    private static AccessRequest Request(string tenant, int place, PCG random)
    {
        var state = random.Next(2) == 0 ? States.AwaitingApproval : Known[random.Next((uint)Known.Length)];
        var isRouted = state is not (States.Submitted or States.Validating) && random.Next(10) > 0 || state == States.AwaitingApproval || States.Granted.Contains(state);
        var stages = Stage.Array[1, 3].Generate(random, null, out _);
        var votes = Person.Array[0, 2].Generate(random, null, out _).DistinctBy(actor => (actor.Issuer, actor.Subject)).ToArray();
        return new()
        {
            CorrelationId = Guid.CreateVersion7(Now.AddHours(-place)),
            CurrentState = state,
            Version = 3,
            TenantId = tenant,
            Requester = Person.Generate(random, null, out _),
            DataId = $"data-{random.Next(5)}",
            SourceRegion = "eu-central-1",
            TargetRegion = "us-east-1",
            TargetCountry = "US",
            Purpose = "customer-support",
            Actions = ["read"],
            Justification = "Ticket 4711",
            Duration = TimeSpan.FromHours(8),
            SubmittedAt = Now.AddHours(-place),
            LapsesAt = Now.AddMinutes(random.Next(8) == 0 ? -1 : random.Next(8) == 0 ? 0 : 1.5),
            Routing = isRouted
                ? new() { Jurisdiction = random.Next(3) == 0 ? "FR" : "DE", Stages = stages, Stage = (int)random.Next((uint)stages.Length), VotesBefore = 0 }
                : null,
            Votes = [.. votes.Select(actor => new Vote(Guid.NewGuid(), actor, ApprovalDecision.Approve, "before", null, Now.AddMinutes(-5)))],
            Grant = States.Granted.Contains(state) || state is States.Ended or States.GivenBack or States.Exhausted or States.Revoked
                ? new(Guid.NewGuid(), Now.AddHours(-2), Now.AddHours(-1), Now.AddMinutes(random.Next(3) == 0 ? -1 : 1), false, false)
                : null,
            Ending = States.Pending.Contains(state) || States.Granted.Contains(state) ? null : new(Actor.Service("test"), Now, null, null),
        };
    }
}
