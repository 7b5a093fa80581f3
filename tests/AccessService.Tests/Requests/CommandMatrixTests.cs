using Sovereignty.AccessService.Requests;
using Sovereignty.Contracts;
using static Sovereignty.AccessService.Tests.Requests.Given;

namespace Sovereignty.AccessService.Tests.Requests;

/// <summary>What becomes of every command, from everyone, in every state: the tables are the rules.</summary>
public sealed class CommandMatrixTests
{
    private const string Decisions =
        """
        state            | requester     | approver-de       | dpo-de            | namesake          | approver-fr        | compliance        | policy-admin      | stranger
        Submitted        | self-approval | not-decidable-yet | not-decidable-yet | not-decidable-yet | not-decidable-yet  | not-decidable-yet | not-decidable-yet | not-decidable-yet
        Validating       | self-approval | not-decidable-yet | not-decidable-yet | not-decidable-yet | not-decidable-yet  | not-decidable-yet | not-decidable-yet | not-decidable-yet
        Validating late  | self-approval | lapsed            | lapsed            | lapsed            | lapsed             | lapsed            | lapsed            | lapsed
        AwaitingApproval | self-approval | yes               | yes               | yes               | wrong-jurisdiction | role-missing      | role-missing      | role-missing
        Awaiting late    | self-approval | lapsed            | lapsed            | lapsed            | wrong-jurisdiction | role-missing      | role-missing      | role-missing
        Scheduled        | self-approval | already-decided   | already-decided   | already-decided   | wrong-jurisdiction | role-missing      | role-missing      | role-missing
        Scheduled late   | self-approval | ended             | ended             | ended             | wrong-jurisdiction | role-missing      | role-missing      | role-missing
        Active           | self-approval | already-decided   | already-decided   | already-decided   | wrong-jurisdiction | role-missing      | role-missing      | role-missing
        Active by rule   | self-approval | already-decided   | already-decided   | already-decided   | wrong-jurisdiction | role-missing      | role-missing      | role-missing
        Active late      | self-approval | ended             | ended             | ended             | wrong-jurisdiction | role-missing      | role-missing      | role-missing
        Suspended        | self-approval | already-decided   | already-decided   | already-decided   | wrong-jurisdiction | role-missing      | role-missing      | role-missing
        Refused          | self-approval | already-decided   | already-decided   | already-decided   | already-decided    | already-decided   | already-decided   | already-decided
        Denied           | self-approval | already-decided   | already-decided   | already-decided   | wrong-jurisdiction | role-missing      | role-missing      | role-missing
        Denied early     | self-approval | already-decided   | already-decided   | already-decided   | already-decided    | already-decided   | already-decided   | already-decided
        Withdrawn        | self-approval | already-decided   | already-decided   | already-decided   | wrong-jurisdiction | role-missing      | role-missing      | role-missing
        Lapsed           | self-approval | lapsed            | lapsed            | lapsed            | wrong-jurisdiction | role-missing      | role-missing      | role-missing
        Ended            | self-approval | ended             | ended             | ended             | wrong-jurisdiction | role-missing      | role-missing      | role-missing
        GivenBack        | self-approval | already-decided   | already-decided   | already-decided   | wrong-jurisdiction | role-missing      | role-missing      | role-missing
        Exhausted        | self-approval | already-decided   | already-decided   | already-decided   | wrong-jurisdiction | role-missing      | role-missing      | role-missing
        Revoked          | self-approval | already-decided   | already-decided   | already-decided   | wrong-jurisdiction | role-missing      | role-missing      | role-missing
        """;

    private const string Withdrawals =
        """
        state            | requester       | approver-de       | dpo-de            | namesake          | approver-fr       | compliance        | policy-admin      | stranger
        Submitted        | yes             | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester
        Validating       | yes             | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester
        Validating late  | lapsed          | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester
        AwaitingApproval | yes             | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester
        Awaiting late    | lapsed          | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester
        Scheduled        | not-pending     | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester
        Scheduled late   | ended           | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester
        Active           | not-pending     | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester
        Active by rule   | not-pending     | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester
        Active late      | ended           | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester
        Suspended        | not-pending     | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester
        Refused          | already-decided | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester
        Denied           | already-decided | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester
        Denied early     | already-decided | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester
        Withdrawn        | already-decided | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester
        Lapsed           | lapsed          | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester
        Ended            | ended           | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester
        GivenBack        | already-decided | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester
        Exhausted        | already-decided | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester
        Revoked          | already-decided | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester
        """;

    private const string GivingsBack =
        """
        state            | requester       | approver-de       | dpo-de            | namesake          | approver-fr       | compliance        | policy-admin      | stranger
        Submitted        | no-grant        | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester
        Validating       | no-grant        | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester
        Validating late  | lapsed          | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester
        AwaitingApproval | no-grant        | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester
        Awaiting late    | lapsed          | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester
        Scheduled        | yes             | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester
        Scheduled late   | ended           | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester
        Active           | yes             | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester
        Active by rule   | yes             | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester
        Active late      | ended           | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester
        Suspended        | yes             | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester
        Refused          | already-decided | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester
        Denied           | already-decided | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester
        Denied early     | already-decided | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester
        Withdrawn        | already-decided | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester
        Lapsed           | lapsed          | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester
        Ended            | ended           | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester
        GivenBack        | already-decided | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester
        Exhausted        | already-decided | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester
        Revoked          | already-decided | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester | not-the-requester
        """;

    // Before a request is routed nobody knows whose jurisdiction it is, so no approver can claim it.
    private const string Revocations =
        """
        state            | requester    | approver-de        | dpo-de             | namesake           | approver-fr        | compliance      | policy-admin    | stranger
        Submitted        | role-missing | wrong-jurisdiction | wrong-jurisdiction | wrong-jurisdiction | wrong-jurisdiction | yes             | yes             | role-missing
        Validating       | role-missing | wrong-jurisdiction | wrong-jurisdiction | wrong-jurisdiction | wrong-jurisdiction | yes             | yes             | role-missing
        Validating late  | role-missing | wrong-jurisdiction | wrong-jurisdiction | wrong-jurisdiction | wrong-jurisdiction | lapsed          | lapsed          | role-missing
        AwaitingApproval | role-missing | yes                | yes                | yes                | wrong-jurisdiction | yes             | yes             | role-missing
        Awaiting late    | role-missing | lapsed             | lapsed             | lapsed             | wrong-jurisdiction | lapsed          | lapsed          | role-missing
        Scheduled        | role-missing | yes                | yes                | yes                | wrong-jurisdiction | yes             | yes             | role-missing
        Scheduled late   | role-missing | ended              | ended              | ended              | wrong-jurisdiction | ended           | ended           | role-missing
        Active           | role-missing | yes                | yes                | yes                | wrong-jurisdiction | yes             | yes             | role-missing
        Active by rule   | role-missing | yes                | yes                | yes                | wrong-jurisdiction | yes             | yes             | role-missing
        Active late      | role-missing | ended              | ended              | ended              | wrong-jurisdiction | ended           | ended           | role-missing
        Suspended        | role-missing | yes                | yes                | yes                | wrong-jurisdiction | yes             | yes             | role-missing
        Refused          | role-missing | wrong-jurisdiction | wrong-jurisdiction | wrong-jurisdiction | wrong-jurisdiction | already-decided | already-decided | role-missing
        Denied           | role-missing | already-decided    | already-decided    | already-decided    | wrong-jurisdiction | already-decided | already-decided | role-missing
        Denied early     | role-missing | wrong-jurisdiction | wrong-jurisdiction | wrong-jurisdiction | wrong-jurisdiction | already-decided | already-decided | role-missing
        Withdrawn        | role-missing | already-decided    | already-decided    | already-decided    | wrong-jurisdiction | already-decided | already-decided | role-missing
        Lapsed           | role-missing | lapsed             | lapsed             | lapsed             | wrong-jurisdiction | lapsed          | lapsed          | role-missing
        Ended            | role-missing | ended              | ended              | ended              | wrong-jurisdiction | ended           | ended           | role-missing
        GivenBack        | role-missing | already-decided    | already-decided    | already-decided    | wrong-jurisdiction | already-decided | already-decided | role-missing
        Exhausted        | role-missing | already-decided    | already-decided    | already-decided    | wrong-jurisdiction | already-decided | already-decided | role-missing
        Revoked          | role-missing | already-decided    | already-decided    | already-decided    | wrong-jurisdiction | already-decided | already-decided | role-missing
        """;

    private static readonly Dictionary<string, Actor> Actors = new()
    {
        ["requester"] = Requester,
        ["approver-de"] = Approver,
        ["dpo-de"] = Person("dpo-de", "DE", "dpo"),
        ["namesake"] = Person(Requester.Subject, "DE", "approver") with { Issuer = "https://other.test" },
        ["approver-fr"] = Person("approver-fr", "FR", "approver"),
        ["compliance"] = Person("compliance-officer", "DE", "compliance-officer"),
        ["policy-admin"] = Person("policy-admin", null, "policy-admin"),
        ["stranger"] = Person("stranger", "DE", "requester"),
    };

    private static readonly Dictionary<string, AccessRequest> Situations = new()
    {
        ["Submitted"] = Request(States.Submitted),
        ["Validating"] = Request(States.Validating),
        ["Validating late"] = Request(States.Validating, lapsesAt: Now),
        ["AwaitingApproval"] = Request(States.AwaitingApproval, routing: Routed),
        ["Awaiting late"] = Request(States.AwaitingApproval, lapsesAt: Now, routing: Routed),
        ["Scheduled"] = Request(States.Scheduled, routing: Routed, grant: Grant(from: 1), votes: Vote(OtherApprover)),
        ["Scheduled late"] = Request(States.Scheduled, routing: Routed, grant: Grant(from: -3, until: 0), votes: Vote(OtherApprover)),
        ["Active"] = Request(States.Active, routing: Routed, grant: Grant(), votes: Vote(OtherApprover)),
        ["Active by rule"] = Request(States.Active, routing: Routed, grant: Grant(automatic: true)),
        ["Active late"] = Request(States.Active, routing: Routed, grant: Grant(until: 0), votes: Vote(OtherApprover)),
        ["Suspended"] = Request(States.Suspended, routing: Routed, grant: Grant(), votes: Vote(OtherApprover)),
        ["Refused"] = Request(States.Refused, ending: Ending(Service.Actor)),
        ["Denied"] = Request(States.Denied, routing: Routed, ending: Ending(), votes: Vote(OtherApprover, Sovereignty.Contracts.Access.ApprovalDecision.Deny)),
        ["Denied early"] = Request(States.Denied, ending: Ending()),
        ["Withdrawn"] = Request(States.Withdrawn, routing: Routed, ending: Ending(Requester)),
        ["Lapsed"] = Request(States.Lapsed, lapsesAt: Now.AddMinutes(-10), routing: Routed, ending: Ending(Service.Actor)),
        ["Ended"] = Request(States.Ended, routing: Routed, grant: Grant(until: -0.5), ending: Ending(Service.Actor), votes: Vote(OtherApprover)),
        ["GivenBack"] = Request(States.GivenBack, routing: Routed, grant: Grant(), ending: Ending(Requester), votes: Vote(OtherApprover)),
        ["Exhausted"] = Request(States.Exhausted, routing: Routed, grant: Grant(), ending: Ending(Requester), votes: Vote(OtherApprover)),
        ["Revoked"] = Request(States.Revoked, routing: Routed, grant: Grant(), ending: Ending(), votes: Vote(OtherApprover)),
    };

    [Theory]
    [InlineData("approve", Decisions)]
    [InlineData("reject", Decisions)]
    [InlineData("withdraw", Withdrawals)]
    [InlineData("give-back", GivingsBack)]
    [InlineData("revoke", Revocations)]
    public void Every_command_is_answered_as_the_table_says(string command, string table)
    {
        var rows = table.Split('\n').Select(line => line.Split('|', StringSplitOptions.TrimEntries)).ToArray();
        Assert.Equal(Actors.Keys, rows[0][1..]);
        Assert.Equal(Situations.Keys, rows[1..].Select(row => row[0]));

        var differences = from row in rows[1..]
                          from cell in row.Zip(rows[0]).Skip(1)
                          let judgement = CommandRules.Judge(Situations[row[0]], Command(command, Actors[cell.Second]), Data([.. Actors.Values]), Now)
                          let answer = judgement.Code ?? (judgement.CarryOut ? "yes" : "repeats")
                          where answer != cell.First || judgement.IsRefusal == string.IsNullOrWhiteSpace(judgement.Reason)
                          select $"{row[0]}, {command} by {cell.Second}: {answer} rather than {cell.First}";
        Assert.Empty(differences);
    }

    [Fact]
    public void The_tables_know_every_state() =>
        Assert.Equal(
            new AccessRequestMachine().States.Select(state => state.Name).Except(["Initial", "Final"]).Order(),
            Situations.Values.Select(request => request.CurrentState).Distinct().Order());
}
