using Sovereignty.Contracts;
using Sovereignty.Contracts.Access;

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
            ApproverRoles = request.Routing.ApproverRoles,
            Quorum = request.Routing.Quorum,
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
