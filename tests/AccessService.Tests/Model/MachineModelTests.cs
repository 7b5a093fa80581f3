using CsCheck;
using Sovereignty.AccessService.People;
using Sovereignty.AccessService.Requests;
using Sovereignty.AccessService.Tests.Requests;
using Sovereignty.Contracts.Access;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Residency;
using Sovereignty.Messaging;

namespace Sovereignty.AccessService.Tests.Model;

/// <summary>
/// Random lives of a request, driven through the machine and through a plain model: commands of anybody, duplicates, answers and
/// deadlines that come late, twice or in another order, jumps of the clock, changes of law and of people. The request goes
/// through its stored form between any two steps.
/// </summary>
public sealed class MachineModelTests
{
    private const int Lives = 2_000;

    private static readonly Gen<Life> GenLife =
        from start in Gen.OneOf<int?>(null, null, 3, 60)
        from hours in Gen.OneOf(1, 8, 200)
        from law in Gen.OneOf(Law.Restricted, Law.Restricted, Law.Restricted, Law.OtherLevel, Law.Allowed, Law.Banned)
        from stirs in Gen.Select(Gen.Int[0, 99], Gen.Int[0, 999], Gen.Bool).Array[5, 60]
        select new Life(start, hours, law, [.. stirs.Select(stir => new Stir(stir.Item1, stir.Item2, stir.Item3))]);

    [Fact]
    public async Task The_machine_does_what_the_model_says()
    {
        var ends = new HashSet<string>();
        var difference = await FirstDifference((world, _) => Directory(world), ends);
        Assert.True(difference is null, difference);
        Assert.Equal(typeof(States).GetFields().Where(field => field.IsLiteral).Select(field => field.Name).Order(), ends.Order());
    }

    [Fact]
    public async Task The_model_catches_a_directory_that_is_not_looked_at_when_people_decide() =>
        Assert.NotNull(await FirstDifference((_, _) => Directory(new World())));

    [Fact]
    public async Task The_model_catches_answers_of_an_older_epoch_that_are_taken_for_current() =>
        Assert.NotNull(await FirstDifference((world, _) => Directory(world) with { NewestEpoch = 0 }));

    [Fact]
    public async Task The_model_catches_a_rule_that_changes_under_a_request_that_waits() =>
        Assert.NotNull(await FirstDifference((world, seen) => seen > 1 ? Directory(world) with { Rules = [.. Rules.Reverse().Select(rule => rule with { Classification = Other(rule.Classification) })] } : Directory(world)));

    private static readonly ApprovalRule[] Rules =
    [
        new() { Id = new("00000000-0000-7000-8000-0000000000aa"), Version = 1, Classification = ClassificationLevel.Identity, Automatic = true, Stages = [new() { Name = "Line", Roles = ["approver"], Quorum = 2 }, new() { Name = "Data protection", Roles = ["dpo"], Quorum = 1 }] },
        new() { Id = new("00000000-0000-7000-8000-0000000000bb"), Version = 1, Classification = ClassificationLevel.Content, Automatic = true, Stages = [new() { Name = "Line", Roles = ["approver"], Quorum = 1 }] },
        new() { Id = new("00000000-0000-7000-8000-0000000000cc"), Version = 1, Classification = ClassificationLevel.Analytical, Automatic = true, Stages = [new() { Name = "Line", Roles = ["approver"], Quorum = 2 }, new() { Name = "Data protection", Roles = ["dpo"], Quorum = 1 }] },
    ];

    private static ClassificationLevel? Other(ClassificationLevel? level) => level is ClassificationLevel.Identity ? ClassificationLevel.Content : ClassificationLevel.Identity;

    private static ApprovalData Directory(World world) => new(
        Rules,
        [.. World.People.Select(person => new Standing("acme", person.Key, 1, null, person.Key == "requester" ? ["requester", .. person.Value.Roles] : person.Value.Roles, [person.Value.Country], world.Active.Contains(person.Key), DateTimeOffset.MinValue))],
        world.Epoch);

    private static async Task<string?> FirstDifference(Func<World, int, ApprovalData> directory, HashSet<string>? ends = null)
    {
        var random = new PCG(1, 20_261_123);
        for (var i = 0; i < Lives; i++)
        {
            var life = GenLife.Generate(random, null, out _);
            if (await Difference(life, directory, ends) is not { } difference)
            {
                continue;
            }

            // The shortest life that still differs is the one to read.
            for (var at = 0; at < life.Stirs.Count;)
            {
                var shorter = life with { Stirs = [.. life.Stirs.Where((_, index) => index != at)] };
                if (await Difference(shorter, directory, null) is { } still)
                {
                    (life, difference) = (shorter, still);
                }
                else
                {
                    at++;
                }
            }

            return $"Life {i}: {difference}";
        }

        return null;
    }

    private static async Task<string?> Difference(Life life, Func<World, int, ApprovalData> directory, HashSet<string>? ends)
    {
        var world = new World { Law = life.Law };
        var clock = new Clock(world);
        var machine = new DrivenMachine(clock, new Source(world, directory));
        DateTimeOffset? start = life.StartsInHours is { } wait ? world.Now.AddHours(wait) : null;
        var duration = TimeSpan.FromHours(life.Hours);
        var model = new ReferenceLife(world.Now, start, duration);
        var request = Given.Request(States.Submitted, submittedAt: world.Now, start: start, duration: duration, lapsesAt: model.Lapses);
        machine.Begin(request);

        var questions = new List<(int Attempt, Law Law, int Epoch)>();
        var deadlines = new List<DeadlineReached>();
        var told = new List<string>();
        foreach (var stir in life.Stirs)
        {
            var happening = Next(stir, world, machine, questions, deadlines);
            told.Add($"{world.Now:dd HH:mm} {happening?.ToString() ?? $"world: {world.Law}, epoch {world.Epoch}, active {string.Join(' ', world.Active)}"}");
            if (happening is null)
            {
                continue;
            }

            var before = machine.Request;
            await Raise(machine, happening, before, world);
            model.Take(happening, world);
            foreach (var (_, question) in machine.Sent.Where(sent => sent.Exchange == Service.ValidationQueue).Skip(questions.Count).ToArray())
            {
                questions.Add((question.GetProperty("attempt").GetInt32(), world.Law, world.Epoch));
            }

            if (Compare(model, machine, before, request) is { } difference)
            {
                return $"{difference}\n{string.Join('\n', told)}";
            }

            ends?.Add(machine.Request.CurrentState);
        }

        return null;
    }

    /// <summary>Where the two differ, or where the request breaks what holds of any.</summary>
    private static string? Compare(ReferenceLife model, DrivenMachine machine, AccessRequest before, AccessRequest asked)
    {
        var request = machine.Request;
        var versions = machine.Sent.Where(sent => sent.Message.TryGetProperty("version", out _) && sent.Exchange.Contains("Contracts.Access:", StringComparison.Ordinal) && !sent.Exchange.EndsWith("CommandRefused", StringComparison.Ordinal) && !sent.Exchange.EndsWith("CommandRepeated", StringComparison.Ordinal) && !sent.Exchange.EndsWith("ValidationOverdue", StringComparison.Ordinal))
            .Select(sent => sent.Message.GetProperty("version").GetInt32());
        return (request, request.Grant) switch
        {
            _ when request.CurrentState != model.State => $"the machine says {request.CurrentState}, the model {model.State}",
            _ when request.CurrentState == States.AwaitingApproval && request.IsStalled != model.Stalled => $"stalled: {request.IsStalled} rather than {model.Stalled}",
            _ when States.Granted.Contains(request.CurrentState) && !request.Suspensions.Select(reason => reason.Cause).ToHashSet().SetEquals(model.Suspended) => "suspended for other reasons",
            (_, { } grant) when (grant.StartsAt, grant.EndsAt) != (model.Starts, model.Ends) => $"it lasts from {grant.StartsAt:u} to {grant.EndsAt:u} rather than from {model.Starts:u} to {model.Ends:u}",
            (_, { } grant) when grant.EndsAt > grant.StartsAt + asked.Duration || grant.EndsAt > GrantTimes.RequestedEnd(asked.Start, asked.Duration) => "it lasts longer than was asked for",
            _ when !versions.SequenceEqual(Enumerable.Range(1, request.Version)) => $"versions {string.Join(' ', versions)} were told, and {request.Version} is reached",
            _ when before.Ending is not null && request.Version != before.Version => "something happened after the end",
            _ when request.Ending is not null && machine.Deadlines.Count > 0 => "a deadline is left after the end",
            _ when request.Ending is null && machine.Deadlines.Count == 0 => "nothing will ever end it",
            _ => null,
        };
    }

    private static Happening? Next(Stir stir, World world, DrivenMachine machine, List<(int Attempt, Law Law, int Epoch)> questions, List<DeadlineReached> deadlines)
    {
        var people = World.People.Keys.Append("officer").ToArray();
        var who = people[stir.Which % people.Length];
        switch (stir.Kind)
        {
            case < 8:
                return new Happening.Begin();
            case < 28 when questions.Count > 0:
                var question = stir.Twist || stir.Which % 3 > 0 ? questions[^1] : questions[stir.Which % questions.Count];
                return stir.Which % 5 == 0 ? new Happening.Answer(question.Attempt, question.Law, question.Epoch) : new Happening.Answer(question.Attempt, world.Law, world.Epoch);
            case < 48 when World.People.ContainsKey(who):
                return new Happening.Decide(who, stir.Twist || stir.Which % 4 > 0);
            case < 50:
                return new Happening.Withdraw(who);
            case < 52:
                return new Happening.GiveBack(who);
            case < 54:
                return new Happening.Revoke(who);
            case < 66:
                deadlines.AddRange(machine.Deadlines.Values.Where(deadline => deadline.DueAt <= world.Now && !deadlines.Contains(deadline)));
                return deadlines.Count == 0 ? null : stir.Twist ? Of(deadlines[^1]) : Of(deadlines[stir.Which % deadlines.Count]);
            case < 74:
                return new Happening.Reassess(world.Law, stir.Which % 7 == 0 ? world.Epoch - 1 : world.Epoch);
            case < 80:
                return new Happening.Standing();
            case < 81:
                return new Happening.Exhaust();
            case < 91:
                world.Now = world.Now.AddMinutes(new[] { 1, 1, 2, 30, 60, 400, 1440, 3000 }[stir.Which % 8]);
                return null;
            case < 96:
                (world.Law, world.Epoch) = (Enum.GetValues<Law>()[stir.Which % 6], world.Epoch + 1);
                return null;
            default:
                if (who != "officer" && !world.Active.Remove(who))
                {
                    world.Active.Add(who);
                }

                return null;
        }

        static Happening Of(DeadlineReached deadline) => new Happening.Deadline(deadline.Kind, deadline.Version);
    }

    private static Task Raise(DrivenMachine machine, Happening happening, AccessRequest request, World world)
    {
        var id = request.CorrelationId;
        return happening switch
        {
            Happening.Begin => machine.Raise(of => of.Begun, new BeginAccess(id)),
            Happening.Answer answer => machine.Raise(of => of.Validated, Says(answer.Law, answer.Epoch) with { Attempt = answer.Attempt }),
            Happening.Decide decide => machine.Raise(of => of.Decide, new DecideAccess(id, Guid.NewGuid(), Actor(decide.Who), "why", decide.Yes ? ApprovalDecision.Approve : ApprovalDecision.Deny, null)),
            Happening.Withdraw withdraw => machine.Raise(of => of.Withdraw, new WithdrawAccess(id, Guid.NewGuid(), Actor(withdraw.Who), "why")),
            Happening.GiveBack giveBack => machine.Raise(of => of.GiveBack, new GiveBackAccess(id, Guid.NewGuid(), Actor(giveBack.Who), "why")),
            Happening.Revoke revoke => machine.Raise(of => of.Revoke, new RevokeAccess(id, Guid.NewGuid(), Actor(revoke.Who), "why")),
            Happening.Deadline deadline => machine.Raise(of => of.Deadline, new DeadlineReached { CorrelationId = id, Kind = deadline.Kind, Version = deadline.Version, DueAt = world.Now }),
            Happening.Reassess reassess => machine.Raise(of => of.Reassess, new ReassessAccess(id, Says(reassess.Law, reassess.Epoch))),
            Happening.Standing => machine.Raise(of => of.Standing, new ReviewStanding(id)),
            Happening.Exhaust => machine.Raise(of => of.Exhaust, new ExhaustGrant(id, request.Grant?.Id ?? Guid.Empty, Given.Requester)),
            _ => throw new ArgumentOutOfRangeException(nameof(happening)),
        };
    }

    private static Sovereignty.Contracts.Actor Actor(string who) => who switch
    {
        "requester" => Given.Requester with { Roles = ["requester", "approver"], Country = "DE" },
        "officer" => Given.Person("officer", null, "compliance-officer"),
        _ => Given.Person(who, World.People[who].Country, World.People[who].Roles),
    };

    private static AccessValidated Says(Law law, int epoch)
    {
        var answer = Given.Answer(law is Law.Allowed ? CrossBorderRule.Allowed : CrossBorderRule.Restricted) with
        {
            Epoch = epoch,
            Classification = law switch { Law.OtherLevel => ClassificationLevel.Content, Law.Allowed => ClassificationLevel.Analytical, _ => ClassificationLevel.Identity },
        };
        return law switch
        {
            Law.Short => answer with { Permitted = false, Code = AccessCodes.DurationTooLong, Reason = "At most an hour.", LongestDuration = "PT1H" },
            Law.Closed => answer with { Permitted = false, Code = AccessCodes.RegionClosed, Reason = "The region is closed." },
            Law.Banned => answer with { Permitted = false, Code = AccessCodes.TransferBanned, Reason = "A law bans it." },
            _ => answer,
        };
    }

    private sealed record Stir(int Kind, int Which, bool Twist);

    private sealed record Life(int? StartsInHours, int Hours, Law Law, IReadOnlyList<Stir> Stirs);

    private sealed class Clock(World world) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => world.Now;
    }

    private sealed class Source(World world, Func<World, int, ApprovalData> directory) : IApprovalSource
    {
        private int _loads;

        public Task<ApprovalData> Load(UnitOfWork unit, string tenantId, string requester, DateTimeOffset now, CancellationToken cancellationToken) =>
            Task.FromResult(directory(world, ++_loads));
    }
}
