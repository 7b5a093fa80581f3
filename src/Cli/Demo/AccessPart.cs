using System.Diagnostics;
using System.Globalization;
using MassTransit;
using Sovereignty.Cli.Access;
using Sovereignty.Contracts.Access;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Residency;
using Spectre.Console;

namespace Sovereignty.Cli.Demo;

/// <summary>Seeing data across a border: asked for, decided where the data is, used, ended.</summary>
internal sealed class AccessPart(Cast cast, IBus bus, HttpClient admin, Enforcer enforcer, Checks checks, AccessTally tally)
{
    private const string Submitted = "submitted -> validating";
    private const string Routed = $"{Submitted} -> awaiting-approval";
    private static readonly TimeSpan ValidityOfClauses = TimeSpan.FromDays(365);

    private static readonly LegalFact Ban = new()
    {
        Id = "demo-germany-is-not-seen-from-india",
        Kind = LegalFactKinds.TransferBan,
        Instrument = "Demo rule 2",
        Country = "DE",
        Destinations = ["IN"],
        Effect = LegalEffect.None,
    };

    public async Task Play(IReadOnlyList<ExpectedData> data)
    {
        var (profile, order) = (Admitted(data, "customer-profile"), Admitted(data, "order"));
        AnsiConsole.MarkupLine("[bold]6[/] Access across a border, decided where the data is:");
        await UsedAndRevoked(profile);
        await Denied(order);
        await Expired(order);
        await GrantedByRule(Admitted(data, "telemetry"));
        await RefusedByLaw(profile);
        await RefusedByPolicy(Admitted(data, "health-record"));
        await DemandedByAnAuthority(Admitted(data, "order", 1));
        await UsedUp(Admitted(data, "customer-profile", 1));
        await TheLawChanges(Admitted(data, "customer-profile", 2));
    }

    private async Task UsedAndRevoked(DataCreated data)
    {
        var story = Tell("a  An identity record: approved, used, revoked", Wanted(data, "eu-central-1", "us-east-1", "customer-support", "PT8H"));
        await story.Ask("awaiting-approval");
        await story.MayNot(cast.Requester, "approve");
        await story.SayInVain(cast.ApproverFr, "approve", AccessCodes.WrongJurisdiction);
        await Approve(story, cast.ApproverDe, "PT2H");
        await story.Use(AccessCodes.Granted);
        await story.Say(cast.Officer, "revoke", "The ticket is closed.", "revoked");
        tally.Revoked();
        await story.Use(AccessCodes.Revoked);
        await story.Close("a request is approved where the data is, used, and revoked at once", $"{Routed} -> approved -> revoked");
    }

    private async Task Denied(DataCreated data)
    {
        const string reason = "Advertising can do without it.";
        var story = Tell("b  An order's copy in Germany: denied over the broker", Wanted(data, "eu-central-1", "us-west-2", "marketing", "P7D"));
        await story.Ask("awaiting-approval");
        var yes = new WantedDecision(story.Id.ToString(), cast.Dpo.Name, ApprovalDecision.Approve, "In the name of another.", null);
        await BrokerDecision.Publish(bus, story.Id, yes, ForgedProof.Of(await cast.Dpo.Prove(story.Id, ApprovalDecision.Approve)), CancellationToken.None);
        var refused = await story.Logged(nameof(AccessCommandRefused), AccessCodes.ProofForged);
        story.Line(cast.Service.Name, "approves with a forged proof", refused is null ? "no answer" : $"refused: {AccessCodes.ProofForged}", refused is not null, AccessCodes.ProofForged);
        tally.CommandRefused(AccessCodes.ProofForged);

        var no = yes with { Decision = ApprovalDecision.Deny, Reason = reason };
        await BrokerDecision.Publish(bus, story.Id, no, await cast.Dpo.Prove(story.Id, ApprovalDecision.Deny), CancellationToken.None);
        var denied = await Wait.For(() => cast.Requester.Get(story.Id), request => !request.IsPending);
        story.Line(cast.Dpo.Name, "rejects it over the broker", denied.State, denied.State == "denied" && denied.DecidedBy?.Subject == cast.Dpo.Name, $"denied by {cast.Dpo.Name}");
        tally.Denied(reason);
        await story.Close("a decision over the broker counts with its proof, and not with a forged one", $"{Routed} -> denied");
    }

    private async Task Expired(DataCreated data)
    {
        var story = Tell("c  The order in France, for some seconds: expired", Wanted(data, "eu-west-3", "us-east-2", "fraud-investigation", "PT3S"));
        await story.Ask("awaiting-approval");
        var granted = await Approve(story, cast.ApproverFr, null);
        await story.Use(AccessCodes.Granted);
        await story.WaitForEnd(granted?.Grant?.EndsAt ?? default);
        await story.Use(AccessCodes.Ended);
        tally.Ended();
        await story.Close("a grant ends by the clock", $"{Routed} -> approved -> ended");
    }

    private async Task GrantedByRule(DataCreated data)
    {
        var story = Tell("d  Operational data: granted by rule, nobody is asked", Wanted(data, "eu-central-1", "us-east-1", "monitoring", "PT1H") with { Mechanism = null });
        await story.Ask("approved");
        tally.Granted(story.Wanted, automatic: true);
        await story.Use(AccessCodes.Granted, records: 4_000);
        await story.Say(cast.Requester, "give-back", "Done.", "given-back");
        tally.GivenBack();
        await story.Close("what a rule allows is granted without people, and can be given back", $"{Submitted} -> approved -> given-back");
    }

    private async Task RefusedByLaw(DataCreated data)
    {
        var story = Tell("e  The identity record without a transfer mechanism: refused by law", Wanted(data, "eu-central-1", "us-east-1", "customer-support", "PT8H") with { Mechanism = null });
        await story.Ask(AccessCodes.MechanismMissing);
        tally.Refused(AccessCodes.MechanismMissing);
        await story.Close("what the law forbids reaches no approver", $"{Submitted} -> refused");
    }

    private async Task RefusedByPolicy(DataCreated data)
    {
        var story = Tell("f  A fully sovereign health record: refused by policy", Wanted(data, "eusc-de-east-1", "us-east-1", "customer-support", "PT8H"));
        await story.Ask(AccessCodes.ViewFromOutsideForbidden);
        tally.Refused(AccessCodes.ViewFromOutsideForbidden);
        await story.Close("what the policy forbids reaches no approver", $"{Submitted} -> refused");
    }

    private async Task DemandedByAnAuthority(DataCreated data)
    {
        var story = Tell("g  A foreign authority's demand: legal, then data protection, always", Wanted(data, "eu-central-1", "us-east-1", "foreign-authority-demand", "P1D"));
        await story.Ask("awaiting-approval");
        await story.SayInVain(cast.ApproverDe, "approve", AccessCodes.RoleMissing);
        await story.Say(cast.Legal, "approve", "The treaty request is in order.", "awaiting-approval");
        await Approve(story, cast.Dpo, null);
        await story.Say(cast.Requester, "give-back", "Answered.", "given-back");
        tally.GivenBack();
        await story.Close("a foreign authority's demand takes two people of its own, in their order", $"{Routed} -> awaiting-approval -> approved -> given-back");
    }

    private async Task UsedUp(DataCreated data)
    {
        var story = Tell("h  Twenty-four records and no more: used up", Wanted(data, "eu-central-1", "us-east-1", "customer-support", "PT8H") with { Budget = new() { Records = 24 } });
        await story.Ask("awaiting-approval");
        await Approve(story, cast.ApproverDe, null);
        await story.Use(AccessCodes.Granted);
        await story.Use(AccessCodes.BudgetExceeded, records: 13);
        await story.Use(AccessCodes.Granted);
        await Wait.For(() => cast.Requester.Get(story.Id), request => request.State == "exhausted");
        await story.Use(AccessCodes.Exhausted);
        await story.Close("a budget is counted, and its end is the grant's", $"{Routed} -> approved -> exhausted");
    }

    private async Task TheLawChanges(DataCreated data)
    {
        var story = Tell("i  The law changes under a grant, and a service hears of it", Wanted(data, "eu-central-1", "ap-south-1", "customer-support", "PT8H") with { TargetCountry = "IN" });
        await story.Ask("awaiting-approval");
        await Approve(story, cast.ApproverDe, null);
        await Check(AccessCodes.Granted);
        await Law.Record(admin, Ban);
        var clock = Stopwatch.StartNew();
        await Wait.For(() => Task.FromResult(enforcer.Check(cast.Requester, story.Wanted)), answer => answer.Code == AccessCodes.Revoked);
        story.Line("a rule", "forbids it; revoked", $"after {clock.Elapsed.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s", true, "");
        tally.Revoked();
        await Check(AccessCodes.Revoked);
        await Law.End(admin, Ban);
        await story.Close("a law that changes revokes what it forbids, in every service", $"{Routed} -> approved -> revoked");

        async Task Check(string expected)
        {
            var (code, nanoseconds) = await enforcer.Until(expected, cast.Requester, story.Wanted);
            story.Line("a service", $"checks in process, {nanoseconds:N0} ns", code == AccessCodes.Granted ? "allowed" : $"refused: {code}", code == expected, expected);
        }
    }

    private async Task<RequestView?> Approve(Story story, Person approver, string? duration)
    {
        var request = await story.Say(approver, "approve", "Needed for the ticket.", "approved", duration);
        tally.Granted(story.Wanted, automatic: false);
        return request;
    }

    private Story Tell(string title, AccessWanted wanted) => new(title, wanted, cast, checks, tally);

    private static AccessWanted Wanted(DataCreated data, string source, string target, string purpose, string duration) => new()
    {
        DataId = data.DataId,
        SourceRegion = source,
        TargetRegion = target,
        TargetCountry = "US",
        Purpose = purpose,
        Justification = "Ticket 4711: the customer asks for help.",
        Duration = duration,
        Mechanism = new() { Kind = TransferMechanismKind.Scc, Reference = "SCC-2026-0042", ValidUntil = TimeProvider.System.GetUtcNow() + ValidityOfClauses },
    };

    private static DataCreated Admitted(IEnumerable<ExpectedData> data, string type, int number = 0) =>
        data.Where(item => item.Data.DataType == type && item.Data.TenantId == "acme" && item.Expected == ReasonCodes.Compliant).ElementAt(number).Data;
}
