using Sovereignty.AuditService.Receiving;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Access;

namespace Sovereignty.AuditService.Tests;

/// <summary>Events of one access request and its grant, a second apart, as AccessService publishes them.</summary>
internal sealed class AccessStory(string tenant, string dataId, DateTimeOffset start, string source = "eu-central-1", string target = "us-east-1")
{
    private readonly List<ReceivedMessage> _messages = [];
    private readonly Actor _requester = Person("requester", "US");
    private readonly Actor _approver = Person("approver-de", "DE");
    private DateTimeOffset _now = start.AddSeconds(-1);

    public Guid RequestId { get; } = Guid.NewGuid();

    public Guid GrantId { get; } = Guid.NewGuid();

    public IReadOnlyList<ReceivedMessage> Messages => _messages;

    private DateTimeOffset Now => _now = _now.AddSeconds(1);

    public static Actor Person(string subject, string country) => new()
    {
        Issuer = "https://gateway.test", Subject = subject, DisplayName = $"Name of {subject}", Roles = [subject, "employee"], Country = country,
    };

    public AccessStory Requested(string justification = "A customer asked") => Add(new AccessRequested
    {
        OccurredAt = Now, TenantId = tenant, Actor = _requester, RequestId = RequestId, Version = 1, DataId = dataId, SourceRegion = source, TargetRegion = target,
        Purpose = "customer-support", Actions = ["read", "export"], Justification = justification, TargetCountry = "US", Duration = "PT8H",
    });

    public AccessStory Refused(string code) => Add(new AccessRefused
    {
        OccurredAt = Now, TenantId = tenant, Actor = Actor.Service("access-service"), RequestId = RequestId, Version = 2, DataId = dataId,
        SourceRegion = source, TargetRegion = target, Code = code, Reason = "Because of the law.",
    });

    public AccessStory Approved(int remaining = 0, string reason = "Needed") => Add(new AccessApproved
    {
        OccurredAt = Now, TenantId = tenant, Actor = _approver, RequestId = RequestId, Version = 3, DataId = dataId, SourceRegion = source, TargetRegion = target,
        Reason = reason, Remaining = remaining,
    });

    public AccessStory Denied(string reason, string? by = null) => Add(new AccessDenied
    {
        OccurredAt = Now, TenantId = tenant, Actor = by is null ? _approver : Person(by, "FR"), RequestId = RequestId, Version = 3, DataId = dataId, SourceRegion = source, TargetRegion = target, Reason = reason,
    });

    public AccessStory Granted(bool automatic = false) => Add(new AccessGranted
    {
        OccurredAt = Now, TenantId = tenant, Actor = automatic ? Actor.Service("access-service") : _approver, RequestId = RequestId, Version = 4, DataId = dataId,
        SourceRegion = source, TargetRegion = target, GrantId = GrantId, Subject = _requester, StartsAt = _now, EndsAt = _now.AddHours(8), Purpose = "customer-support",
        Actions = ["read", "export"], TargetCountry = "US", Automatic = automatic, Scheduled = false,
    });

    public AccessStory Used(string action = "read") => Add(new AccessUsed
    {
        OccurredAt = Now, TenantId = tenant, Actor = _requester, GrantId = GrantId, RequestId = RequestId, DataId = dataId, Region = target, Purpose = "customer-support",
        Action = action, Records = 12, ReportedBy = Actor.Service("crm"),
    });

    public AccessStory UseRefused(string code) => Add(new AccessUseRefused
    {
        OccurredAt = Now, TenantId = tenant, Actor = _requester, DataId = dataId, Region = target, Purpose = "customer-support", Action = "delete", Code = code,
        ReportedBy = Actor.Service("crm"),
    });

    public AccessStory Revoked(string reason = "The project is over") => Add(new AccessRevoked
    {
        OccurredAt = Now, TenantId = tenant, Actor = _approver, RequestId = RequestId, Version = 5, DataId = dataId, SourceRegion = source, TargetRegion = target,
        GrantId = GrantId, Reason = reason,
    });

    public AccessStory Ended() => Add(new AccessEnded
    {
        OccurredAt = Now, TenantId = tenant, Actor = Actor.Service("access-service"), RequestId = RequestId, Version = 5, DataId = dataId, SourceRegion = source,
        TargetRegion = target, GrantId = GrantId, EndedAt = _now,
    });

    public AccessStory GivenBack() => Add(new AccessGivenBack
    {
        OccurredAt = Now, TenantId = tenant, Actor = _requester, RequestId = RequestId, Version = 5, DataId = dataId, SourceRegion = source, TargetRegion = target,
        GrantId = GrantId, Reason = "Done",
    });

    public AccessStory Lapsed() => Add(new AccessLapsed
    {
        OccurredAt = Now, TenantId = tenant, Actor = Actor.Service("access-service"), RequestId = RequestId, Version = 3, DataId = dataId, SourceRegion = source,
        TargetRegion = target, LapsedAt = _now,
    });

    public AccessStory Withdrawn() => Add(new AccessWithdrawn
    {
        OccurredAt = Now, TenantId = tenant, Actor = _requester, RequestId = RequestId, Version = 3, DataId = dataId, SourceRegion = source, TargetRegion = target,
        Reason = "No longer needed",
    });

    public AccessStory CommandRefused(string code) => Add(new AccessCommandRefused
    {
        OccurredAt = Now, TenantId = tenant, Actor = _requester, RequestId = RequestId, Version = 2, DataId = dataId, SourceRegion = source, TargetRegion = target,
        Command = "approve", CommandId = Guid.NewGuid(), Code = code, Reason = "Not this way.",
    });

    public AccessStory Suspended(string code = AccessCodes.TransferBanned) => Add(new AccessSuspended
    {
        OccurredAt = Now, TenantId = tenant, Actor = Actor.Service("access-service"), RequestId = RequestId, Version = 5, DataId = dataId, SourceRegion = source,
        TargetRegion = target, GrantId = GrantId, Code = code, Reason = "The law changed.",
    });

    public AccessStory Resumed() => Add(new AccessResumed
    {
        OccurredAt = Now, TenantId = tenant, Actor = Actor.Service("access-service"), RequestId = RequestId, Version = 6, DataId = dataId, SourceRegion = source,
        TargetRegion = target, GrantId = GrantId,
    });

    public AccessStory Shortened() => Add(new AccessShortened
    {
        OccurredAt = Now, TenantId = tenant, Actor = Actor.Service("access-service"), RequestId = RequestId, Version = 7, DataId = dataId, SourceRegion = source,
        TargetRegion = target, GrantId = GrantId, EndsAt = _now.AddHours(1), Code = AccessCodes.DurationTooLong, Reason = "The rule allows less now.",
    });

    public AccessStory Exhausted() => Add(new AccessExhausted
    {
        OccurredAt = Now, TenantId = tenant, Actor = _requester, RequestId = RequestId, Version = 8, DataId = dataId, SourceRegion = source, TargetRegion = target, GrantId = GrantId,
    });

    public AccessStory Reminded() => Add(new AccessReminded
    {
        OccurredAt = Now, TenantId = tenant, Actor = Actor.Service("access-service"), RequestId = RequestId, Version = 3, DataId = dataId, SourceRegion = source,
        TargetRegion = target, Stage = 1, StageName = "Approval", Jurisdiction = "DE", LapsesAt = _now.AddDays(1),
    });

    public AccessStory Escalated() => Add(new AccessEscalated
    {
        OccurredAt = Now, TenantId = tenant, Actor = Actor.Service("access-service"), RequestId = RequestId, Version = 3, DataId = dataId, SourceRegion = source,
        TargetRegion = target, Stage = 1, StageName = "Approval", Jurisdiction = "DE", LapsesAt = _now.AddDays(1),
    });

    public AccessStory Stalled() => Add(new AccessStalled
    {
        OccurredAt = Now, TenantId = tenant, Actor = Actor.Service("access-service"), RequestId = RequestId, Version = 3, DataId = dataId, SourceRegion = source,
        TargetRegion = target, Stage = 1, StageName = "Approval", Jurisdiction = "DE", Code = AccessCodes.NobodyCanApprove, Reason = "Nobody is left.",
    });

    private AccessStory Add<T>(T message)
        where T : class, IEvent
    {
        _messages.Add(TestLog.Message(message, Guid.NewGuid().ToString()) with { Source = "access-service", ReceivedAt = message.OccurredAt.AddMilliseconds(250) });
        return this;
    }
}
