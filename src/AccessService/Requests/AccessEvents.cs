using Sovereignty.Contracts;
using Sovereignty.Contracts.Access;
using Sovereignty.Contracts.Residency;

namespace Sovereignty.AccessService.Requests;

/// <summary>The events of a request, each told from the request as it stands after the transition.</summary>
internal static class AccessEvents
{
    public static AccessRequested Requested(this AccessRequest request) =>
        new()
        {
            OccurredAt = request.SubmittedAt,
            TenantId = request.TenantId,
            Actor = request.Requester,
            RequestId = request.CorrelationId,
            Version = request.Version,
            DataId = request.DataId,
            SourceRegion = request.SourceRegion,
            TargetRegion = request.TargetRegion,
            Purpose = request.Purpose,
            Actions = request.Actions,
            Justification = request.Justification,
            TargetCountry = request.TargetCountry,
            Start = request.Start,
            Duration = Durations.Write(request.Duration),
            Mechanism = request.Mechanism,
            Budget = request.Budget,
            Extends = request.Extends,
        };

    public static AccessValidationStarted ValidationStarted(this AccessRequest request, DateTimeOffset now, DateTimeOffset answerDue) =>
        new()
        {
            OccurredAt = now,
            TenantId = request.TenantId,
            Actor = Service.Actor,
            RequestId = request.CorrelationId,
            Version = request.Version,
            DataId = request.DataId,
            SourceRegion = request.SourceRegion,
            TargetRegion = request.TargetRegion,
            AnswerDue = answerDue,
        };

    public static AccessValidationOverdue ValidationOverdue(this AccessRequest request, DateTimeOffset now, DateTimeOffset answerDue) =>
        new()
        {
            OccurredAt = now,
            TenantId = request.TenantId,
            Actor = Service.Actor,
            RequestId = request.CorrelationId,
            Version = request.Version,
            DataId = request.DataId,
            SourceRegion = request.SourceRegion,
            TargetRegion = request.TargetRegion,
            Asked = request.Asked,
            AnswerDue = answerDue,
        };

    public static AccessRefused Refused(this AccessRequest request) =>
        new()
        {
            OccurredAt = request.Ending!.At,
            TenantId = request.TenantId,
            Actor = request.Ending.Actor,
            RequestId = request.CorrelationId,
            Version = request.Version,
            DataId = request.DataId,
            SourceRegion = request.SourceRegion,
            TargetRegion = request.TargetRegion,
            Code = request.Ending.Code!,
            Reason = request.Ending.Reason!,
            PolicyId = request.Basis?.PolicyId,
            PolicyVersion = request.Basis?.PolicyVersion,
            Citations = request.Basis?.Citations ?? [],
        };

    public static AccessRouted Routed(this AccessRequest request, DateTimeOffset now) =>
        new()
        {
            OccurredAt = now,
            TenantId = request.TenantId,
            Actor = Service.Actor,
            RequestId = request.CorrelationId,
            Version = request.Version,
            DataId = request.DataId,
            SourceRegion = request.SourceRegion,
            TargetRegion = request.TargetRegion,
            Jurisdiction = request.Routing!.Jurisdiction,
            RuleId = request.Routing.RuleId,
            RuleVersion = request.Routing.RuleVersion,
            Stage = request.Routing.Stage + 1,
            Stages = request.Routing.Stages.Count,
            StageName = request.Routing.Current!.Name,
            ApproverRoles = request.Routing.Current.Roles,
            People = request.Routing.Current.People,
            Quorum = request.Routing.Current.Quorum,
            LapsesAt = request.LapsesAt,
            PolicyId = request.Basis?.PolicyId,
            PolicyVersion = request.Basis?.PolicyVersion,
            Citations = request.Basis?.Citations ?? [],
        };

    public static AccessApproved Approved(this AccessRequest request) =>
        new()
        {
            OccurredAt = request.Votes[^1].At,
            TenantId = request.TenantId,
            Actor = request.Votes[^1].Actor,
            RequestId = request.CorrelationId,
            Version = request.Version,
            DataId = request.DataId,
            SourceRegion = request.SourceRegion,
            TargetRegion = request.TargetRegion,
            Reason = request.Votes[^1].Reason,
            Duration = request.Votes[^1].Duration is { } duration ? Durations.Write(duration) : null,
            Stage = request.Routing!.Stage + 1,
            Remaining = Votes.Remaining(request),
        };

    public static AccessDenied Denied(this AccessRequest request) =>
        new()
        {
            OccurredAt = request.Ending!.At,
            TenantId = request.TenantId,
            Actor = request.Ending.Actor,
            RequestId = request.CorrelationId,
            Version = request.Version,
            DataId = request.DataId,
            SourceRegion = request.SourceRegion,
            TargetRegion = request.TargetRegion,
            Reason = request.Ending.Reason!,
        };

    public static AccessWithdrawn Withdrawn(this AccessRequest request) =>
        new()
        {
            OccurredAt = request.Ending!.At,
            TenantId = request.TenantId,
            Actor = request.Ending.Actor,
            RequestId = request.CorrelationId,
            Version = request.Version,
            DataId = request.DataId,
            SourceRegion = request.SourceRegion,
            TargetRegion = request.TargetRegion,
            Reason = request.Ending.Reason!,
        };

    public static AccessLapsed Lapsed(this AccessRequest request, DateTimeOffset now) =>
        new()
        {
            OccurredAt = now,
            TenantId = request.TenantId,
            Actor = Service.Actor,
            RequestId = request.CorrelationId,
            Version = request.Version,
            DataId = request.DataId,
            SourceRegion = request.SourceRegion,
            TargetRegion = request.TargetRegion,
            LapsedAt = request.LapsesAt,
        };

    public static AccessGranted Granted(this AccessRequest request, DateTimeOffset now, Actor by) =>
        new()
        {
            OccurredAt = now,
            TenantId = request.TenantId,
            Actor = by,
            RequestId = request.CorrelationId,
            Version = request.Version,
            DataId = request.DataId,
            SourceRegion = request.SourceRegion,
            TargetRegion = request.TargetRegion,
            GrantId = request.Grant!.Id,
            Subject = request.Requester,
            StartsAt = request.Grant.StartsAt,
            EndsAt = request.Grant.EndsAt,
            Purpose = request.Purpose,
            Actions = request.Actions,
            TargetCountry = request.TargetCountry,
            Automatic = request.Grant.Automatic,
            Scheduled = request.Grant.Scheduled,
            Budget = request.Grant.Budget,
            Extends = request.Extends,
            RuleId = request.Routing?.RuleId,
            RuleVersion = request.Routing?.RuleVersion,
            PolicyId = request.Basis?.PolicyId,
            PolicyVersion = request.Basis?.PolicyVersion,
            Citations = request.Basis?.Citations ?? [],
        };

    public static AccessActivated Activated(this AccessRequest request, DateTimeOffset now) =>
        new()
        {
            OccurredAt = now,
            TenantId = request.TenantId,
            Actor = Service.Actor,
            RequestId = request.CorrelationId,
            Version = request.Version,
            DataId = request.DataId,
            SourceRegion = request.SourceRegion,
            TargetRegion = request.TargetRegion,
            GrantId = request.Grant!.Id,
            PolicyId = request.Basis?.PolicyId,
            PolicyVersion = request.Basis?.PolicyVersion,
        };

    public static AccessRevoked Revoked(this AccessRequest request) =>
        new()
        {
            OccurredAt = request.Ending!.At,
            TenantId = request.TenantId,
            Actor = request.Ending.Actor,
            RequestId = request.CorrelationId,
            Version = request.Version,
            DataId = request.DataId,
            SourceRegion = request.SourceRegion,
            TargetRegion = request.TargetRegion,
            GrantId = request.Grant!.Id,
            Code = request.Ending.Code,
            Reason = request.Ending.Reason!,
        };

    public static AccessGivenBack GivenBack(this AccessRequest request) =>
        new()
        {
            OccurredAt = request.Ending!.At,
            TenantId = request.TenantId,
            Actor = request.Ending.Actor,
            RequestId = request.CorrelationId,
            Version = request.Version,
            DataId = request.DataId,
            SourceRegion = request.SourceRegion,
            TargetRegion = request.TargetRegion,
            GrantId = request.Grant!.Id,
            Reason = request.Ending.Reason!,
        };

    public static AccessEnded Ended(this AccessRequest request, DateTimeOffset now) =>
        new()
        {
            OccurredAt = now,
            TenantId = request.TenantId,
            Actor = Service.Actor,
            RequestId = request.CorrelationId,
            Version = request.Version,
            DataId = request.DataId,
            SourceRegion = request.SourceRegion,
            TargetRegion = request.TargetRegion,
            GrantId = request.Grant!.Id,
            EndedAt = request.Grant.EndsAt,
        };

    public static AccessReminded Reminded(this AccessRequest request, DateTimeOffset now) =>
        new()
        {
            OccurredAt = now,
            TenantId = request.TenantId,
            Actor = Service.Actor,
            RequestId = request.CorrelationId,
            Version = request.Version,
            DataId = request.DataId,
            SourceRegion = request.SourceRegion,
            TargetRegion = request.TargetRegion,
            Stage = request.Routing!.Stage + 1,
            StageName = request.Routing.Current!.Name,
            Jurisdiction = request.Routing.Jurisdiction,
            LapsesAt = request.LapsesAt,
        };

    public static AccessEscalated Escalated(this AccessRequest request, DateTimeOffset now) =>
        new()
        {
            OccurredAt = now,
            TenantId = request.TenantId,
            Actor = Service.Actor,
            RequestId = request.CorrelationId,
            Version = request.Version,
            DataId = request.DataId,
            SourceRegion = request.SourceRegion,
            TargetRegion = request.TargetRegion,
            Stage = request.Routing!.Stage + 1,
            StageName = request.Routing.Current!.Name,
            Jurisdiction = request.Routing.Jurisdiction,
            LapsesAt = request.LapsesAt,
        };

    public static AccessStalled Stalled(this AccessRequest request, DateTimeOffset now, Judgement refusal) =>
        new()
        {
            OccurredAt = now,
            TenantId = request.TenantId,
            Actor = Service.Actor,
            RequestId = request.CorrelationId,
            Version = request.Version,
            DataId = request.DataId,
            SourceRegion = request.SourceRegion,
            TargetRegion = request.TargetRegion,
            Stage = request.Routing!.Stage + 1,
            StageName = request.Routing.Current!.Name,
            Jurisdiction = request.Routing.Jurisdiction,
            Code = refusal.Code!,
            Reason = refusal.Reason!,
        };

    public static AccessSuspended Suspended(this AccessRequest request, DateTimeOffset now, AccessValidated? answer) =>
        new()
        {
            OccurredAt = now,
            TenantId = request.TenantId,
            Actor = Service.Actor,
            RequestId = request.CorrelationId,
            Version = request.Version,
            DataId = request.DataId,
            SourceRegion = request.SourceRegion,
            TargetRegion = request.TargetRegion,
            GrantId = request.Grant!.Id,
            Code = request.Suspensions[^1].Code,
            Reason = request.Suspensions[^1].Reason,
            Epoch = answer?.Epoch,
            Citations = answer?.Citations ?? [],
        };

    public static AccessResumed Resumed(this AccessRequest request, DateTimeOffset now, AccessValidated? answer) =>
        new()
        {
            OccurredAt = now,
            TenantId = request.TenantId,
            Actor = Service.Actor,
            RequestId = request.CorrelationId,
            Version = request.Version,
            DataId = request.DataId,
            SourceRegion = request.SourceRegion,
            TargetRegion = request.TargetRegion,
            GrantId = request.Grant!.Id,
            Epoch = answer?.Epoch,
            Citations = answer?.Citations ?? [],
        };

    public static AccessShortened Shortened(this AccessRequest request, DateTimeOffset now, AccessValidated answer) =>
        new()
        {
            OccurredAt = now,
            TenantId = request.TenantId,
            Actor = Service.Actor,
            RequestId = request.CorrelationId,
            Version = request.Version,
            DataId = request.DataId,
            SourceRegion = request.SourceRegion,
            TargetRegion = request.TargetRegion,
            GrantId = request.Grant!.Id,
            EndsAt = request.Grant.EndsAt,
            Code = answer.Code,
            Reason = answer.Reason,
            Epoch = answer.Epoch,
            Citations = answer.Citations,
        };

    public static AccessExhausted Exhausted(this AccessRequest request) =>
        new()
        {
            OccurredAt = request.Ending!.At,
            TenantId = request.TenantId,
            Actor = request.Ending.Actor,
            RequestId = request.CorrelationId,
            Version = request.Version,
            DataId = request.DataId,
            SourceRegion = request.SourceRegion,
            TargetRegion = request.TargetRegion,
            GrantId = request.Grant!.Id,
        };

    public static AccessCommandRefused CommandRefused(this AccessRequest request, IAccessCommand command, Judgement judgement, DateTimeOffset now) =>
        new()
        {
            OccurredAt = now,
            TenantId = request.TenantId,
            Actor = command.Actor,
            RequestId = request.CorrelationId,
            Version = request.Version,
            DataId = request.DataId,
            SourceRegion = request.SourceRegion,
            TargetRegion = request.TargetRegion,
            Command = command.Name,
            CommandId = command.SenderId,
            Code = judgement.Code!,
            Reason = judgement.Reason!,
        };

    public static AccessCommandRepeated CommandRepeated(this AccessRequest request, IAccessCommand command, DateTimeOffset now) =>
        new()
        {
            OccurredAt = now,
            TenantId = request.TenantId,
            Actor = command.Actor,
            RequestId = request.CorrelationId,
            Version = request.Version,
            DataId = request.DataId,
            SourceRegion = request.SourceRegion,
            TargetRegion = request.TargetRegion,
            Command = command.Name,
            CommandId = command.SenderId,
        };
}
