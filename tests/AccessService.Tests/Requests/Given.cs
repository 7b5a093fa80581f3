using Sovereignty.AccessService.People;
using Sovereignty.AccessService.Requests;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Access;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Residency;

namespace Sovereignty.AccessService.Tests.Requests;

/// <summary>Requests as they stand in each state, around one fixed moment.</summary>
internal static class Given
{
    public static readonly DateTimeOffset Now = new(2026, 1, 15, 12, 0, 0, TimeSpan.Zero);

    public static readonly TimeSpan Asked = TimeSpan.FromHours(8);

    public static readonly Routing Routed = RoutedTo(1, "approver", "dpo");

    public static Actor Requester { get; } = Person("requester", "US", "requester");

    public static Actor Approver { get; } = Person("approver-de", "DE", "approver");

    public static Actor OtherApprover { get; } = Person("approver-de-2", "DE", "approver");

    public static Actor Person(string subject, string? country, params string[] roles) =>
        new() { Issuer = "https://issuer.test", Subject = subject, Country = country, Roles = roles };

    /// <summary>To one stage of people in DE.</summary>
    public static Routing RoutedTo(int quorum, params string[] roles) => RoutedTo(new ApprovalStage { Name = "Approval", Roles = roles, Quorum = quorum });

    public static Routing RoutedTo(params ApprovalStage[] stages) => new() { Jurisdiction = "DE", Automatic = true, Stages = stages };

    /// <summary>The directory with these people as their tokens show them, beside two approvers and a data protection officer in DE, and no rules.</summary>
    public static ApprovalData Data(params Actor[] people) =>
        new([], [.. people.Concat([Approver, OtherApprover, Person("dpo-de", "DE", "dpo")]).GroupBy(person => person.Subject).Select(Standing)], 0);

    public static Standing Standing(IEnumerable<Actor> person) => new(
        "acme",
        person.First().Subject,
        1,
        null,
        [.. person.SelectMany(actor => actor.Roles).Distinct()],
        [.. person.Select(actor => actor.Country).OfType<string>().Distinct()],
        true,
        Now.AddYears(-1));

    public static AccessRequest Request(
        string state = States.AwaitingApproval,
        DateTimeOffset? submittedAt = null,
        DateTimeOffset? start = null,
        TimeSpan? duration = null,
        DateTimeOffset? mechanismUntil = null,
        DateTimeOffset? lapsesAt = null,
        Routing? routing = null,
        Grant? grant = null,
        Ending? ending = null,
        params Vote[] votes) => new()
        {
            CorrelationId = new("00000000-0000-7000-8000-000000000001"),
            CurrentState = state,
            Version = 1,
            TenantId = "acme",
            Requester = Requester,
            DataId = "data-1",
            SourceRegion = "eu-central-1",
            TargetRegion = "us-east-1",
            TargetCountry = "US",
            Purpose = "customer-support",
            Actions = ["read", "export"],
            Justification = "Ticket 4711",
            Start = start,
            Duration = duration ?? Asked,
            Mechanism = mechanismUntil is null ? null : new() { Kind = TransferMechanismKind.Scc, Reference = "SCC-17", ValidUntil = mechanismUntil.Value },
            SubmittedAt = submittedAt ?? Now.AddHours(-1),
            LapsesAt = lapsesAt ?? Now.AddDays(6),
            Routing = routing,
            Grant = grant,
            Ending = ending,
            Votes = [.. votes],
        };

    /// <summary>A grant for <see cref="Request"/>, in hours from now.</summary>
    public static Grant Grant(double from = -1, double until = 7, bool automatic = false) =>
        new(new("00000000-0000-7000-8000-000000000002"), Now.AddMinutes(-30), Now.AddHours(from), Now.AddHours(until), automatic, from > 0);

    public static Vote Vote(Actor actor, ApprovalDecision decision = ApprovalDecision.Approve, string reason = "before", TimeSpan? duration = null) =>
        new(Guid.Empty, actor, decision, reason, duration, Now.AddMinutes(-30));

    public static Ending Ending(Actor? by = null, string reason = "before") => new(by ?? OtherApprover, Now.AddMinutes(-10), null, reason);

    public static AccessValidated Answer(CrossBorderRule rule = CrossBorderRule.Restricted) => new()
    {
        OccurredAt = Now,
        TenantId = "acme",
        Actor = Actor.Service("policy-service"),
        RequestId = new("00000000-0000-7000-8000-000000000001"),
        Attempt = 1,
        DataId = "data-1",
        SourceRegion = "eu-central-1",
        TargetRegion = "us-east-1",
        Permitted = true,
        Code = AccessCodes.Permitted,
        Reason = "The rules allow it.",
        SourceCountry = "DE",
        CrossBorder = rule,
        Epoch = 1,
    };

    public static IAccessCommand Command(string name, Actor actor, string reason = "why", TimeSpan? duration = null) => name switch
    {
        "approve" => new DecideAccess(Guid.Empty, Guid.Empty, actor, reason, ApprovalDecision.Approve, duration),
        "reject" => new DecideAccess(Guid.Empty, Guid.Empty, actor, reason, ApprovalDecision.Deny, duration),
        "withdraw" => new WithdrawAccess(Guid.Empty, Guid.Empty, actor, reason),
        "give-back" => new GiveBackAccess(Guid.Empty, Guid.Empty, actor, reason),
        "revoke" => new RevokeAccess(Guid.Empty, Guid.Empty, actor, reason),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
    };
}
