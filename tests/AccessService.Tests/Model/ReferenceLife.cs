namespace Sovereignty.AccessService.Tests.Model;

/// <summary>What policies and law say; each is also what a question was answered by.</summary>
internal enum Law
{
    /// <summary>People decide: two approvers, then the data protection officer.</summary>
    Restricted,

    /// <summary>People decide, by the rule of another level: one approver.</summary>
    OtherLevel,

    /// <summary>It is granted by rule.</summary>
    Allowed,

    /// <summary>Nothing longer than an hour.</summary>
    Short,

    /// <summary>The region is closed for now.</summary>
    Closed,

    /// <summary>A law bans it.</summary>
    Banned,
}

/// <summary>Something that happens to a request.</summary>
internal abstract record Happening
{
    internal sealed record Begin : Happening;

    internal sealed record Answer(int Attempt, Law Law, int Epoch) : Happening;

    internal sealed record Decide(string Who, bool Yes) : Happening;

    internal sealed record Withdraw(string Who) : Happening;

    internal sealed record GiveBack(string Who) : Happening;

    internal sealed record Revoke(string Who) : Happening;

    internal sealed record Deadline(string Kind, int Version) : Happening;

    internal sealed record Reassess(Law Law, int Epoch) : Happening;

    internal sealed record Standing : Happening;

    internal sealed record Exhaust : Happening;
}

/// <summary>The world around a request: the clock, the newest epoch, and who is active.</summary>
internal sealed class World
{
    public DateTimeOffset Now { get; set; } = new(2026, 1, 15, 12, 0, 0, TimeSpan.Zero);

    public int Epoch { get; set; } = 1;

    public Law Law { get; set; }

    public HashSet<string> Active { get; } = ["requester", "anna", "ben", "cleo", "dora", "femke"];

    /// <summary>Roles and jurisdiction. Cleo has two, Femke decides elsewhere, the requester would like to.</summary>
    public static IReadOnlyDictionary<string, (string[] Roles, string Country)> People { get; } = new Dictionary<string, (string[], string)>
    {
        ["requester"] = (["approver"], "DE"), ["anna"] = (["approver"], "DE"), ["ben"] = (["approver"], "DE"), ["cleo"] = (["approver", "dpo"], "DE"), ["dora"] = (["dpo"], "DE"), ["femke"] = (["approver"], "FR"),
    };
}

/// <summary>What should become of a request: plain and slow, sharing nothing with the product.</summary>
internal sealed class ReferenceLife(DateTimeOffset submitted, DateTimeOffset? start, TimeSpan duration)
{
    private static readonly (string Role, int Quorum)[] TwoStages = [("approver", 2), ("dpo", 1)];
    private static readonly (string Role, int Quorum)[] OneStage = [("approver", 1)];
    private readonly HashSet<string> _voted = [];
    private (string Role, int Quorum)[] _stages = [];
    private Law _level;
    private DateTimeOffset _validated;
    private bool _byRule;
    private int _stage, _yes, _epoch;

    public string State { get; private set; } = "Submitted";

    public DateTimeOffset Lapses { get; } = start + duration is { } end && end < submitted.AddDays(7) ? end : submitted.AddDays(7);

    public DateTimeOffset Starts { get; private set; }

    public DateTimeOffset Ends { get; private set; }

    /// <summary>How often policies were asked.</summary>
    public int Asked { get; private set; }

    public bool Stalled { get; private set; }

    public HashSet<string> Suspended { get; } = [];

    public void Take(Happening happening, World world)
    {
        var now = world.Now;
        var hears = happening switch
        {
            Happening.Begin or Happening.Answer => false,
            Happening.Reassess => State is not ("Submitted" or "Validating"),
            Happening.Standing => State is not ("Submitted" or "Validating" or "Scheduled"),
            Happening.Exhaust => State is "Active" or "Suspended",
            _ => true,
        };
        var (pending, granted) = (State is "Submitted" or "Validating" or "AwaitingApproval", State is "Scheduled" or "Active" or "Suspended");
        if ((pending && now >= Lapses) || (granted && now >= Ends))
        {
            State = hears ? pending ? "Lapsed" : "Ended" : happening is Happening.Begin && State == "Submitted" ? Ask("Validating") : State;
            return;
        }

        var requesterLost = !world.Active.Contains("requester");
        State = (State, happening) switch
        {
            ("Submitted", Happening.Begin) or ("Submitted", Happening.Deadline { Kind: "validation", Version: 0 }) => Ask("Validating"),
            ("Validating", Happening.Deadline { Kind: "validation" } late) when late.Version == Asked => Ask(State),
            ("Validating", Happening.Answer answer) => answer.Epoch < world.Epoch ? Ask(State) : Assess(answer.Law, answer.Epoch, world),
            ("Scheduled", Happening.Deadline { Kind: "start" }) => Ask(State),
            ("Scheduled", Happening.Deadline { Kind: "validation" } late) when late.Version == Asked => Ask(State),
            ("Scheduled", Happening.Answer answer) when answer.Attempt == Asked => answer.Epoch < world.Epoch ? Ask(State) : Hold(answer.Law, answer.Epoch, requesterLost),
            ("AwaitingApproval", Happening.Decide decide) => Decide(decide, world),
            ("AwaitingApproval", Happening.Reassess news) when news.Epoch >= _epoch => !Permits(news.Law) ? "Refused" : Level(news.Law) == _level ? State : Assess(news.Law, news.Epoch, world),
            ("AwaitingApproval", Happening.Standing) => requesterLost ? "Refused" : Wait(world),
            ("Scheduled" or "Active" or "Suspended", Happening.Reassess news) when news.Epoch >= _epoch => Review(news.Law, news.Epoch, now),
            ("Active" or "Suspended", Happening.Standing) => Suspend("person", requesterLost),
            ("Active" or "Suspended", Happening.Exhaust) => "Exhausted",
            (_, Happening.Withdraw { Who: "requester" }) when pending => "Withdrawn",
            (_, Happening.GiveBack { Who: "requester" }) when granted => "GivenBack",
            (_, Happening.Revoke revoke) when (pending || granted) && MayRevoke(revoke.Who, world) => pending ? "Denied" : "Revoked",
            _ => State,
        };
    }

    private static bool Permits(Law law) => law is Law.Restricted or Law.OtherLevel or Law.Allowed;

    private static Law Level(Law law) => law is Law.OtherLevel or Law.Allowed ? law : Law.Restricted;

    private string Ask(string state)
    {
        Asked++;
        return state;
    }

    private string Assess(Law law, int epoch, World world)
    {
        if (!Permits(law) || !world.Active.Contains("requester"))
        {
            return "Refused";
        }

        (_level, _epoch, _validated, _stage, _yes) = (Level(law), epoch, world.Now, 0, 0);
        _voted.Clear();
        _stages = law is Law.OtherLevel ? OneStage : TwoStages;
        return law is Law.Allowed ? Grant(world, byRule: true) : CanBeDecided(world) ? Wait(world) : "Refused";
    }

    private string Wait(World world)
    {
        Stalled = !CanBeDecided(world);
        return "AwaitingApproval";
    }

    private bool CanBeDecided(World world)
    {
        var free = World.People.Keys.Where(who => who != "requester" && World.People[who].Country == "DE" && world.Active.Contains(who) && !_voted.Contains(who)).ToArray();
        return Seated(_stages.Skip(_stage).SelectMany(stage => Enumerable.Repeat(stage.Role, stage.Quorum)).Skip(_yes).ToArray(), free);
    }

    // Every way to give the seats to people is tried.
    private static bool Seated(string[] seats, string[] free) =>
        seats is [] || free.Any(who => World.People[who].Roles.Contains(seats[0]) && Seated(seats[1..], [.. free.Except([who])]));

    private string Decide(Happening.Decide decide, World world)
    {
        var (roles, country) = World.People[decide.Who];
        if (decide.Who == "requester" || _voted.Contains(decide.Who) || !world.Active.Contains(decide.Who) || !roles.Contains(_stages[_stage].Role) || country != "DE" || (decide.Yes && !world.Active.Contains("requester")))
        {
            return State;
        }

        _voted.Add(decide.Who);
        if (!decide.Yes)
        {
            return "Denied";
        }

        if (++_yes == _stages[_stage].Quorum)
        {
            if (_stage + 1 == _stages.Length)
            {
                return Grant(world, byRule: false);
            }

            (_stage, _yes, Stalled) = (_stage + 1, 0, false);
        }

        Stalled |= !CanBeDecided(world);
        return State;
    }

    private string Grant(World world, bool byRule)
    {
        var now = world.Now;
        (_byRule, Starts) = (byRule, start > now ? start.Value : now);
        Ends = start + duration is { } end && end < Starts + duration ? end : Starts + duration;
        var stale = now - _validated > TimeSpan.FromMinutes(1) || _epoch < world.Epoch;
        return Starts > now || stale ? Ask("Scheduled") : "Active";
    }

    private string Hold(Law law, int epoch, bool requesterLost)
    {
        if (Ending(law))
        {
            return "Revoked";
        }

        _epoch = Math.Max(_epoch, epoch);
        Shorten(law, DateTimeOffset.MinValue);
        _ = Suspend("law", law is Law.Closed);
        return Suspend("person", requesterLost);
    }

    private string Review(Law law, int epoch, DateTimeOffset now)
    {
        _epoch = epoch;
        if (Ending(law))
        {
            return "Revoked";
        }

        Shorten(law, now);
        return Ends <= now ? "Ended" : State == "Scheduled" ? State : Suspend("law", law is Law.Closed);
    }

    // A grant that a rule gave needs the rule, one that people gave does not.
    private bool Ending(Law law) => law is Law.Banned || (_byRule && law is not (Law.Allowed or Law.Closed));

    private void Shorten(Law law, DateTimeOffset now)
    {
        if (law is Law.Short && Starts.AddHours(1) < Ends)
        {
            Ends = Starts.AddHours(1) > now ? Starts.AddHours(1) : now;
        }
    }

    private string Suspend(string cause, bool lost)
    {
        _ = lost ? Suspended.Add(cause) : Suspended.Remove(cause);
        return Suspended.Count > 0 ? "Suspended" : "Active";
    }

    private bool MayRevoke(string who, World world) =>
        who == "officer" || (_stages.Length > 0 && World.People.TryGetValue(who, out var person) && person.Country == "DE" && world.Active.Contains(who));
}
