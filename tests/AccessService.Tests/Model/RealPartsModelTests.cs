using System.Net.Http.Json;
using System.Text.Json;
using CsCheck;
using Sovereignty.AccessService.Requests;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Access;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Residency;
using Sovereignty.Testing;

namespace Sovereignty.AccessService.Tests.Model;

/// <summary>The same model, against the service on RabbitMQ and PostgreSQL: over HTTP, with commands sent twice at once, reviews, jumps of the clock and restarts.</summary>
[Collection(nameof(RunningAccessService))]
public sealed class RealPartsModelTests(RunningAccessService service)
{
    private const int Lives = 6;

    private static readonly Gen<Life> GenLife =
        from start in Gen.OneOf<int?>(null, null, 3)
        from law in Gen.OneOf(Law.Restricted, Law.Restricted, Law.OtherLevel, Law.Allowed)
        from stirs in Gen.Select(Gen.Int[0, 99], Gen.Int[0, 999], Gen.Bool).Array[12, 20]
        select new Life(start, law, [.. stirs.Select(stir => new Stir(stir.Item1, stir.Item2, stir.Item3))]);

    [Fact]
    public async Task The_service_does_what_the_model_says()
    {
        var (random, reached) = (new PCG(1, 20_261_123), new HashSet<string>());
        for (var number = 0; number < Lives; number++)
        {
            var tenant = $"model-{Guid.NewGuid():N}"[..20];
            foreach (var name in World.People.Keys)
            {
                await service.Stands(Someone(name, tenant));
            }

            await Rules(tenant);
            await Play(GenLife.Generate(random, null, out _), tenant, reached);
        }

        string[] states = ["AwaitingApproval", "Scheduled", "Active", "Suspended", "Refused", "Ended", "Revoked"];
        Assert.True(states.All(reached.Contains), $"The lives reached {string.Join(", ", reached)} alone.");
    }

    private async Task Play(Life life, string tenant, HashSet<string> reached)
    {
        var world = new World { Law = life.Law, Now = service.Time.GetUtcNow(), Epoch = (int)service.Epoch };
        var data = $"data-{Guid.NewGuid():N}";
        service.Policies[data] = question => Says(world.Law, question);
        DateTimeOffset? start = life.StartsInHours is { } wait ? world.Now.AddHours(wait) : null;
        var model = new ReferenceLife(world.Now, start, TimeSpan.FromHours(8));
        var request = await Tests.Life.Submit(service, data, "PT8H", start, Someone("requester", tenant));
        model.Take(new Happening.Begin(), world);
        model.Take(new Happening.Answer(1, world.Law, world.Epoch), world);
        var told = new List<string> { $"submitted, {life.Law}" };
        await Agree();

        foreach (var stir in life.Stirs)
        {
            var who = World.People.Keys.Append("officer").ToArray()[stir.Which % 7];
            world.Now = service.Time.GetUtcNow();
            switch (stir.Kind)
            {
                case < 45:
                    who = new[] { "anna", "ben", "cleo", "dora", "dora", "anna", "ben", "femke", "requester" }[stir.Which % 9];
                    await Command(new Happening.Decide(who, stir.Which % 7 > 0), stir.Which % 7 > 0 ? "approve" : "reject", who, stir.Twist);
                    break;
                case < 48:
                    await Command(new Happening.Withdraw(who), "withdraw", who, stir.Twist);
                    break;
                case < 51:
                    await Command(new Happening.GiveBack(who), "give-back", who, stir.Twist);
                    break;
                case < 55:
                    await Command(new Happening.Revoke(who), "revoke", who, stir.Twist);
                    break;
                case < 70:
                    service.Time.Forward(TimeSpan.FromMinutes(new[] { 1.7, 37.3, 201.1, 1501.9 }[stir.Which % 4]));
                    world.Now = service.Time.GetUtcNow();
                    told.Add($"the clock says {world.Now:dd HH:mm}");
                    Due();
                    break;
                case < 84:
                    (world.Law, world.Epoch) = (new[] { Law.Restricted, Law.Closed, Law.Restricted, Law.Closed, Law.OtherLevel, Law.Short, Law.Allowed, Law.Banned }[stir.Which % 8], (int)service.Epoch + 1);
                    told.Add($"law: {world.Law}");
                    await service.ReviewAll();
                    model.Take(new Happening.Reassess(world.Law, world.Epoch), world);
                    break;
                case < 95 when who != "officer":
                    if (!world.Active.Remove(who))
                    {
                        world.Active.Add(who);
                    }

                    told.Add($"{who} is {(world.Active.Contains(who) ? "active" : "not active")}");
                    await service.Changes(Someone(who, tenant), world.Active.Contains(who));
                    model.Take(new Happening.Standing(), world);
                    break;
                case >= 95:
                    told.Add("restart");
                    await service.Restart();
                    break;
            }

            Answered();
            await Agree();
            reached.Add(model.State);
        }

        await Transitions.Eventually(service, request.Id);

        async Task Command(Happening happening, string verb, string who, bool twice)
        {
            told.Add($"{who}: {verb}{(twice ? ", twice" : "")}");
            var key = Guid.NewGuid().ToString();
            var person = who == "officer" ? new Person("officer", tenant, null, "compliance-officer") : Someone(who, tenant);
            await Task.WhenAll(Enumerable.Range(0, twice ? 2 : 1).Select(_ => request.Send(person, verb, "as the model wants", key: key)));
            model.Take(happening, world);
        }

        // What falls due by itself.
        void Due()
        {
            model.Take(new Happening.Deadline("reminder", 0), world);
            if (model.State == "Scheduled" && model.Starts <= world.Now)
            {
                model.Take(new Happening.Deadline("start", 0), world);
            }
        }

        // PolicyService answers at once.
        void Answered()
        {
            if (model.State == "Scheduled" && model.Starts <= world.Now)
            {
                model.Take(new Happening.Answer(model.Asked, world.Law, world.Epoch), world);
            }
        }

        async Task Agree()
        {
            var found = "";
            try
            {
                await Eventually.True(async () => (found = await Found()) == Expected(), "the two agree", TimeSpan.FromSeconds(20));
            }
            catch (Exception exception)
            {
                Assert.Fail($"The service says {found}, the model {Expected()}\n{string.Join('\n', told)}\n{exception.Message}");
            }
        }

        string Expected() =>
            $"{model.State}{(model is { State: "AwaitingApproval", Stalled: true } ? " stalled" : "")}{(model.State == "Suspended" ? $" by {string.Join(' ', model.Suspended.Order())}" : "")}, {(model.State == "Active" ? "may be used" : "may not be used")}";

        async Task<string> Found()
        {
            var stored = JsonDocument.Parse(await service.Query<string>($"SELECT body::text FROM access.request WHERE correlation_id = '{request.Id}'")).RootElement.Deserialize<AccessRequest>(ContractJson.Options)!;
            using var answer = await service.Client(new("documents", tenant, null, "service"))
                .PostAsJsonAsync("/access/check", new { subject = "requester", dataId = data, region = "us-east-1", purpose = "customer-support", action = "read" });
            var allowed = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("allowed").GetBoolean();
            var stalled = stored is { CurrentState: States.AwaitingApproval, IsStalled: true } ? " stalled" : "";
            var suspended = stored.CurrentState == States.Suspended ? $" by {string.Join(' ', stored.Suspensions.Select(reason => reason.Cause).Order())}" : "";
            return $"{stored.CurrentState}{stalled}{suspended}, {(allowed ? "may be used" : "may not be used")}";
        }
    }

    private async Task Rules(string tenant)
    {
        ApprovalStage[] two = [new() { Name = "Line", Roles = ["approver"], Quorum = 2 }, new() { Name = "Data protection", Roles = ["dpo"], Quorum = 1 }];
        ApprovalStage[] one = [new() { Name = "Line", Roles = ["approver"], Quorum = 1 }];
        foreach (var (level, stages) in new[] { (ClassificationLevel.Identity, two), (ClassificationLevel.Content, one), (ClassificationLevel.Analytical, two) })
        {
            var (status, body, _) = await service.Ask(
                Person.PolicyAdmin, HttpMethod.Post, "/access/rules", new { tenantId = tenant, classification = ContractJson.NameOf(level), automatic = true, stages });
            Assert.True(status == 201, body.ToString());
        }
    }

    private static Person Someone(string name, string tenant)
    {
        var (roles, country) = World.People[name];
        return new(name, tenant, country, name == "requester" ? ["requester", .. roles] : roles);
    }

    private AccessValidated Says(Law law, ValidateAccess question)
    {
        var answer = Answers.Restricted(question) with
        {
            Epoch = service.Epoch,
            CrossBorder = law is Law.Allowed ? CrossBorderRule.Allowed : CrossBorderRule.Restricted,
            Classification = law switch { Law.OtherLevel => ClassificationLevel.Content, Law.Allowed => ClassificationLevel.Analytical, _ => ClassificationLevel.Identity },
        };
        return law switch
        {
            Law.Short => answer with { Permitted = false, Code = AccessCodes.DurationTooLong, Reason = "At most an hour.", LongestDuration = "PT1H" },
            Law.Closed => answer with { Permitted = false, Code = AccessCodes.RegionClosed, Reason = "The region is closed.", LongestDuration = null },
            Law.Banned => answer with { Permitted = false, Code = AccessCodes.TransferBanned, Reason = "A law bans it.", LongestDuration = null },
            _ => answer,
        };
    }

    private sealed record Stir(int Kind, int Which, bool Twist);

    private sealed record Life(int? StartsInHours, Law Law, IReadOnlyList<Stir> Stirs);
}
