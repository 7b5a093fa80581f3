using MassTransit;
using Sovereignty.Cli.Access;
using Sovereignty.Contracts.Access;
using Sovereignty.Contracts.Data;
using Spectre.Console;

namespace Sovereignty.Cli.Demo;

/// <summary>Seeing data across a border: asked for, decided where the data is, used, ended.</summary>
internal sealed class AccessPart(Cast cast, IBus bus, Checks checks, AccessTally tally)
{
    private const string Submitted = "submitted -> validating";
    private const string Routed = $"{Submitted} -> awaiting-approval";
    private static readonly TimeSpan ValidityOfClauses = TimeSpan.FromDays(365);

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
        var story = Tell("c  The order in France, for some seconds: expired", Wanted(data, "eu-west-3", "us-east-2", "fraud-check", "PT3S"));
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

    private static DataCreated Admitted(IEnumerable<ExpectedData> data, string type) =>
        data.First(item => item.Data.DataType == type && item.Expected == ReasonCodes.Compliant).Data;
}
