using Sovereignty.AccessService.Notify;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Access;

namespace Sovereignty.AccessService.Tests.Notify;

public sealed class NotificationRulesTests
{
    private static readonly Person Both = new("both", "acme", "DE", "requester", "approver");
    private static readonly Waiting Waits = new(1, new() { Name = "Approval", Roles = ["approver", "dpo"], Quorum = 1 }, "DE");
    private static readonly HashSet<string> NoVoters = [];
    private static readonly Listener[] Everybody =
    [
        Of(Person.Requester),
        Of(Person.ApproverDe),
        Of(Person.DpoDe),
        Of(Person.ApproverFr),
        Of(Person.ComplianceOfficer),
    ];

    [Fact]
    public void Approvers_of_the_jurisdiction_hear_that_a_request_waits()
    {
        var told = For(Routed(), Everybody);

        Assert.Equal([Person.ApproverDe.Subject, Person.DpoDe.Subject], told.Select(Subject));
        Assert.All(told, notification => Assert.Equal((NotificationKind.RequestAwaitingApproval, "awaiting-approval"), (notification.Kind, notification.State)));
    }

    [Fact]
    public void Approvers_are_not_called_to_what_was_decided_meanwhile() =>
        Assert.Empty(NotificationRules.For(Routed(), new(Person.Requester.Actor, null, NoVoters, Everybody)));

    [Fact]
    public void A_requester_who_is_an_approver_too_is_not_called_to_the_own_request() =>
        Assert.Empty(NotificationRules.For(Routed(), new(Both.Actor, Waits, NoVoters, [Of(Both)])));

    [Fact]
    public void A_stage_of_nobody_calls_nobody() =>
        Assert.Empty(NotificationRules.For(Routed(), new(Person.Requester.Actor, Waits with { Who = Waits.Who with { Roles = [] } }, NoVoters, Everybody)));

    [Fact]
    public void Only_those_of_the_stage_are_called_by_role_or_by_name()
    {
        var named = Waits with { Who = Waits.Who with { Roles = [], People = [Person.DpoDe.Subject, Person.ApproverFr.Subject, Person.ComplianceOfficer.Subject] } };

        Assert.Equal([Person.DpoDe.Subject], NotificationRules.For(Routed(), new(Person.Requester.Actor, named, NoVoters, Everybody)).Select(Subject));
        Assert.Empty(NotificationRules.For(Routed(), new(Person.Requester.Actor, Waits with { Stage = 2 }, NoVoters, Everybody)));
        Assert.Equal(2, NotificationRules.For(Routed() with { Stage = 2 }, new(Person.Requester.Actor, Waits with { Stage = 2 }, NoVoters, Everybody)).Count);
    }

    [Fact]
    public void The_directory_says_who_may_decide_and_nothing_else_does()
    {
        var (unknown, inactive) = (Of(Person.ApproverDe) with { Standing = null }, Of(Person.DpoDe));
        inactive = inactive with { Standing = inactive.Standing! with { Active = false } };

        Assert.Empty(For(Routed(), [unknown, inactive]));
    }

    [Fact]
    public void A_reminder_goes_to_those_who_may_decide_and_have_not()
    {
        Assert.Equal(
            [(Person.DpoDe.Subject, NotificationKind.RequestReminder, "awaiting-approval")],
            NotificationRules.For(Reminded(), new(Person.Requester.Actor, Waits, new HashSet<string> { Person.ApproverDe.Subject }, Everybody)).Select(Summary));
        Assert.Empty(NotificationRules.For(Reminded(), new(Person.Requester.Actor, null, NoVoters, Everybody)));
    }

    [Fact]
    public void Compliance_officers_hear_of_what_waits_too_long_or_cannot_be_decided()
    {
        Assert.Equal([(Person.ComplianceOfficer.Subject, NotificationKind.RequestEscalated, "awaiting-approval")], For(Escalated(), Everybody).Select(Summary));
        Assert.Equal([(Person.ComplianceOfficer.Subject, NotificationKind.RequestStalled, "awaiting-approval")], For(Stalled(), Everybody).Select(Summary));
        Assert.Empty(NotificationRules.For(Escalated(), new(Person.Requester.Actor, null, NoVoters, Everybody)));
    }

    [Fact]
    public void A_compliance_officer_is_who_the_directory_says_and_where_it_is_silent_the_registration()
    {
        var officer = Of(Person.ComplianceOfficer);

        Assert.Single(For(Stalled(), [officer with { Standing = null }]));
        Assert.Empty(For(Stalled(), [officer with { Standing = officer.Standing! with { Active = false } }]));
        Assert.Empty(For(Stalled(), [officer with { Standing = officer.Standing! with { Roles = ["requester"] } }]));
        Assert.Empty(For(Stalled(), [officer with { Standing = null, RegisteredRoles = ["requester"] }]));
    }

    [Fact]
    public void The_requester_hears_what_becomes_of_the_grant()
    {
        Assert.Equal([(Person.Requester.Subject, NotificationKind.GrantSuspended, "suspended")], For(Suspended(), Told()).Select(Summary));
        Assert.Equal([(Person.Requester.Subject, NotificationKind.GrantResumed, "approved")], For(Resumed(), Told()).Select(Summary));
        Assert.Equal([(Person.Requester.Subject, NotificationKind.GrantShortened, "approved")], For(Shortened(), Told()).Select(Summary));
        Assert.Equal([(Person.Requester.Subject, NotificationKind.GrantEnded, "exhausted")], For(Exhausted(), Told()).Select(Summary));
    }

    [Fact]
    public void The_same_subject_of_another_issuer_is_somebody_else() =>
        Assert.Empty(For(Refused(), [Of(Person.Requester) with { Issuer = "https://other.test" }]));

    [Fact]
    public void Only_the_requester_hears_of_a_refusal_by_rule()
    {
        var told = Assert.Single(For(Refused(), Told()));

        Assert.Equal((Person.Requester.Subject, NotificationKind.RequestDecided, "refused"), (Subject(told), told.Kind, told.State));
    }

    [Fact]
    public void An_approval_is_told_to_the_requester_and_to_approvers_who_were_told_except_who_decided() =>
        Assert.Equal(
            [(Person.Requester.Subject, NotificationKind.RequestDecided, "approved"), (Person.DpoDe.Subject, NotificationKind.RequestSettled, "approved")],
            For(Granted(Person.ApproverDe.Actor, automatic: false), Told()).Select(Summary));

    [Fact]
    public void A_grant_by_rule_is_told_to_the_requester_alone() =>
        Assert.Equal(
            [(Person.Requester.Subject, NotificationKind.RequestDecided, "approved")],
            For(Granted(Service.Actor, automatic: true), Told()).Select(Summary));

    [Fact]
    public void A_denial_is_told_to_the_requester_and_to_approvers_who_were_told_except_who_decided() =>
        Assert.Equal(
            [(Person.Requester.Subject, NotificationKind.RequestDecided, "denied"), (Person.ApproverDe.Subject, NotificationKind.RequestSettled, "denied")],
            For(Denied(Person.DpoDe.Actor), Told()).Select(Summary));

    [Fact]
    public void Approvers_who_were_not_told_hear_of_no_decision() =>
        Assert.Equal([Person.Requester.Subject], For(Denied(Person.DpoDe.Actor), Everybody).Select(Subject));

    [Fact]
    public void A_withdrawal_is_told_to_approvers_and_not_to_the_requester() =>
        Assert.Equal(
            [(Person.ApproverDe.Subject, NotificationKind.RequestSettled, "withdrawn"), (Person.DpoDe.Subject, NotificationKind.RequestSettled, "withdrawn")],
            For(Withdrawn(), Told()).Select(Summary));

    [Fact]
    public void A_lapse_is_told_to_everyone_who_waited() =>
        Assert.Equal(
            [
                (Person.Requester.Subject, NotificationKind.RequestDecided, "lapsed"),
                (Person.ApproverDe.Subject, NotificationKind.RequestSettled, "lapsed"),
                (Person.DpoDe.Subject, NotificationKind.RequestSettled, "lapsed"),
            ],
            For(Lapsed(), Told()).Select(Summary));

    [Fact]
    public void The_requester_hears_that_the_grant_ended()
    {
        Assert.Equal([(Person.Requester.Subject, NotificationKind.GrantEnded, "revoked")], For(Revoked(), Told()).Select(Summary));
        Assert.Equal([(Person.Requester.Subject, NotificationKind.GrantEnded, "ended")], For(Ended(), Told()).Select(Summary));
    }

    [Fact]
    public void A_webhook_hears_only_the_kinds_it_wants()
    {
        Listener[] listeners = [Of(Person.Requester) with { Kinds = [NotificationKind.GrantEnded] }];

        Assert.Empty(For(Refused(), listeners));
        Assert.Single(For(Ended(), listeners));
    }

    [Fact]
    public void Messages_name_no_person_and_no_reason()
    {
        IAccessEvent[] events =
        [
            Routed(), Refused(), Granted(Person.ApproverDe.Actor, false), Denied(Person.DpoDe.Actor), Withdrawn(), Lapsed(), Revoked(), Ended(),
            Reminded(), Escalated(), Stalled(), Suspended(), Resumed(), Shortened(), Exhausted(),
        ];
        var messages = events.SelectMany(happened => For(happened, Told())).Select(notification => notification.Message).ToList();

        Assert.Equal(22, messages.Count);
        Assert.All(messages, message =>
        {
            Assert.DoesNotContain("because I say so", message);
            Assert.All(Told(), listener => Assert.DoesNotContain(listener.Subject, message));
        });
    }

    private static IReadOnlyList<Notification> For(IAccessEvent happened, IReadOnlyList<Listener> listeners) =>
        NotificationRules.For(happened, new(Person.Requester.Actor, Waits, NoVoters, listeners));

    private static Listener Of(Person person) => new(
        IdOf(person.Subject),
        RunningAccessService.Issuer,
        person.Subject,
        new("acme", person.Subject, 1, null, person.Roles, person.Country is null ? [] : [person.Country], true, DateTimeOffset.UnixEpoch),
        person.Roles,
        Kinds: null,
        WasTold: false);

    private static Listener[] Told() =>
        [.. Everybody.Select(listener => listener with { WasTold = listener.Subject == Person.ApproverDe.Subject || listener.Subject == Person.DpoDe.Subject })];

    private static Guid IdOf(string subject) => new(System.Security.Cryptography.MD5.HashData(System.Text.Encoding.UTF8.GetBytes(subject)));

    private static string Subject(Notification notification) => Everybody.Single(listener => listener.WebhookId == notification.WebhookId).Subject;

    private static (string Subject, NotificationKind Kind, string State) Summary(Notification notification) => (Subject(notification), notification.Kind, notification.State);

    private static AccessRouted Routed() => new()
    {
        OccurredAt = default,
        TenantId = "acme",
        Actor = Service.Actor,
        RequestId = default,
        Version = 3,
        DataId = "data-1",
        SourceRegion = "eu-central-1",
        TargetRegion = "us-east-1",
        Jurisdiction = "DE",
        ApproverRoles = ["approver", "dpo"],
        Quorum = 1,
        LapsesAt = default,
    };

    private static AccessRefused Refused() => new()
    {
        OccurredAt = default,
        TenantId = "acme",
        Actor = Service.Actor,
        RequestId = default,
        Version = 3,
        DataId = "data-1",
        SourceRegion = "eu-central-1",
        TargetRegion = "us-east-1",
        Code = AccessCodes.MechanismMissing,
        Reason = "because I say so",
    };

    private static AccessGranted Granted(Actor by, bool automatic) => new()
    {
        OccurredAt = default,
        TenantId = "acme",
        Actor = by,
        RequestId = default,
        Version = 5,
        DataId = "data-1",
        SourceRegion = "eu-central-1",
        TargetRegion = "us-east-1",
        GrantId = default,
        Subject = Person.Requester.Actor,
        StartsAt = default,
        EndsAt = default,
        Purpose = "customer-support",
        Actions = ["read"],
        TargetCountry = "US",
        Automatic = automatic,
        Scheduled = false,
    };

    private static AccessDenied Denied(Actor by) => new()
    {
        OccurredAt = default,
        TenantId = "acme",
        Actor = by,
        RequestId = default,
        Version = 4,
        DataId = "data-1",
        SourceRegion = "eu-central-1",
        TargetRegion = "us-east-1",
        Reason = "because I say so",
    };

    private static AccessWithdrawn Withdrawn() => new()
    {
        OccurredAt = default,
        TenantId = "acme",
        Actor = Person.Requester.Actor,
        RequestId = default,
        Version = 4,
        DataId = "data-1",
        SourceRegion = "eu-central-1",
        TargetRegion = "us-east-1",
        Reason = "because I say so",
    };

    private static AccessLapsed Lapsed() => new()
    {
        OccurredAt = default,
        TenantId = "acme",
        Actor = Service.Actor,
        RequestId = default,
        Version = 4,
        DataId = "data-1",
        SourceRegion = "eu-central-1",
        TargetRegion = "us-east-1",
        LapsedAt = default,
    };

    private static AccessRevoked Revoked() => new()
    {
        OccurredAt = default,
        TenantId = "acme",
        Actor = Person.ComplianceOfficer.Actor,
        RequestId = default,
        Version = 6,
        DataId = "data-1",
        SourceRegion = "eu-central-1",
        TargetRegion = "us-east-1",
        GrantId = default,
        Reason = "because I say so",
    };

    private static AccessEnded Ended() => new()
    {
        OccurredAt = default,
        TenantId = "acme",
        Actor = Service.Actor,
        RequestId = default,
        Version = 6,
        DataId = "data-1",
        SourceRegion = "eu-central-1",
        TargetRegion = "us-east-1",
        GrantId = default,
        EndedAt = default,
    };

    private static AccessReminded Reminded() => new()
    {
        OccurredAt = default,
        TenantId = "acme",
        Actor = Service.Actor,
        RequestId = default,
        Version = 4,
        DataId = "data-1",
        SourceRegion = "eu-central-1",
        TargetRegion = "us-east-1",
        Stage = 1,
        StageName = "Approval",
        Jurisdiction = "DE",
        LapsesAt = default,
    };

    private static AccessEscalated Escalated() => new()
    {
        OccurredAt = default,
        TenantId = "acme",
        Actor = Service.Actor,
        RequestId = default,
        Version = 4,
        DataId = "data-1",
        SourceRegion = "eu-central-1",
        TargetRegion = "us-east-1",
        Stage = 1,
        StageName = "Approval",
        Jurisdiction = "DE",
        LapsesAt = default,
    };

    private static AccessStalled Stalled() => new()
    {
        OccurredAt = default,
        TenantId = "acme",
        Actor = Service.Actor,
        RequestId = default,
        Version = 4,
        DataId = "data-1",
        SourceRegion = "eu-central-1",
        TargetRegion = "us-east-1",
        Stage = 1,
        StageName = "Approval",
        Jurisdiction = "DE",
        Code = AccessCodes.NobodyCanApprove,
        Reason = "because I say so",
    };

    private static AccessSuspended Suspended() => new()
    {
        OccurredAt = default,
        TenantId = "acme",
        Actor = Service.Actor,
        RequestId = default,
        Version = 4,
        DataId = "data-1",
        SourceRegion = "eu-central-1",
        TargetRegion = "us-east-1",
        GrantId = default,
        Code = AccessCodes.NobodyCanApprove,
        Reason = "because I say so",
    };

    private static AccessResumed Resumed() => new()
    {
        OccurredAt = default,
        TenantId = "acme",
        Actor = Service.Actor,
        RequestId = default,
        Version = 4,
        DataId = "data-1",
        SourceRegion = "eu-central-1",
        TargetRegion = "us-east-1",
        GrantId = default,
    };

    private static AccessShortened Shortened() => new()
    {
        OccurredAt = default,
        TenantId = "acme",
        Actor = Service.Actor,
        RequestId = default,
        Version = 4,
        DataId = "data-1",
        SourceRegion = "eu-central-1",
        TargetRegion = "us-east-1",
        GrantId = default,
        EndsAt = default,
        Code = AccessCodes.NobodyCanApprove,
        Reason = "because I say so",
    };

    private static AccessExhausted Exhausted() => new()
    {
        OccurredAt = default,
        TenantId = "acme",
        Actor = Service.Actor,
        RequestId = default,
        Version = 4,
        DataId = "data-1",
        SourceRegion = "eu-central-1",
        TargetRegion = "us-east-1",
        GrantId = default,
    };
}
