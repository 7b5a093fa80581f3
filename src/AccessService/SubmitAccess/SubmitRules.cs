using Sovereignty.AccessService.Requests;
using Sovereignty.AccessService.Rules;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Access;

namespace Sovereignty.AccessService.SubmitAccess;

/// <summary>Whether what is asked for makes sense at all; whether it is allowed is PolicyService's to say.</summary>
internal static class SubmitRules
{
    private const int MostActions = 10;
    private static readonly TimeSpan LongestDuration = TimeSpan.FromDays(366);
    private static readonly TimeSpan PendingAtMost = TimeSpan.FromDays(7);
    private static readonly TimeSpan LateStart = TimeSpan.FromMinutes(5);

    public static (AccessRequest? Request, Judgement? Refusal) Read(
        SubmitRequest body, string tenantId, Actor requester, DateTimeOffset now, IReadOnlyList<string>? purposes = null, Guid? extends = null)
    {
        var duration = Durations.Read(body.Duration);
        var refusal = Check(body, duration, now, purposes ?? Purposes.Shipped);
        if (refusal is not null)
        {
            return (null, refusal);
        }

        var start = Stored(body.Start);
        var lapsesAt = now + PendingAtMost;
        return (new AccessRequest
        {
            CorrelationId = Guid.CreateVersion7(now),
            CurrentState = States.Submitted,
            Version = 1,
            TenantId = tenantId,
            Requester = requester,
            DataId = body.DataId,
            SourceRegion = body.SourceRegion,
            TargetRegion = body.TargetRegion,
            TargetCountry = body.TargetCountry,
            Purpose = body.Purpose,
            Actions = [.. body.Actions.Distinct()],
            Justification = body.Justification.Trim(),
            Start = start,
            Duration = duration!.Value,
            Mechanism = body.Mechanism is { } mechanism ? mechanism with { ValidUntil = Stored(mechanism.ValidUntil)!.Value } : null,
            Budget = body.Budget,
            Extends = extends,
            SubmittedAt = now,
            LapsesAt = GrantTimes.RequestedEnd(start, duration.Value) is { } end && end < lapsesAt ? end : lapsesAt,
        }, null);
    }

    private static Judgement? Check(SubmitRequest body, TimeSpan? duration, DateTimeOffset now, IReadOnlyList<string> purposes) => body switch
    {
        _ when !Texts.IsLine(body.DataId, 200) => Invalid("dataId", "1 to 200 characters"),
        _ when !Texts.IsLine(body.SourceRegion, 100) => Invalid("sourceRegion", "the code of a region"),
        _ when !Texts.IsLine(body.TargetRegion, 100) => Invalid("targetRegion", "the code of a region"),
        _ when !CountryCodes.Contains(body.TargetCountry) => Invalid("targetCountry", "a country, ISO 3166-1 alpha-2 in capitals"),
        _ when !Texts.IsCode(body.Purpose) => Invalid("purpose", "a code in kebab-case, for example customer-support"),
        _ when !purposes.Contains(body.Purpose) => Judgement.Refuse(AccessCodes.PurposeUnknown, $"The purpose is none that is known here. Give one of {string.Join(", ", purposes)}."),
        _ when body.Actions is not { Count: > 0 and <= MostActions } || !body.Actions.All(Texts.IsCode) => Invalid("actions", $"1 to {MostActions} codes in kebab-case, for example read"),
        _ when !Texts.IsText(body.Justification, 2000) => Invalid("justification", "1 to 2,000 characters that tell an approver why"),
        _ when duration is null || duration <= TimeSpan.Zero || duration > LongestDuration => Invalid("duration", "an ISO 8601 duration of at most 366 days, for example PT8H"),
        { Start: { } start } when start < now - LateStart => Invalid("start", "a moment that is not past; leave it out to begin with the approval"),
        { Start: { } start } when start > now + LongestDuration => Invalid("start", "a moment within the next 366 days"),
        { Start: { } start } when start + duration <= now => Invalid("duration", "one that ends in the future"),
        { Mechanism: { } mechanism } when !Texts.IsLine(mechanism.Reference, 200) => Invalid("mechanism.reference", "1 to 200 characters"),
        { Mechanism: { } mechanism } when mechanism.ValidUntil <= now => Judgement.Refuse(AccessCodes.MechanismInvalid, "The transfer mechanism has ended. Name one that is valid until the access ends."),
        { Budget: { } budget } when RuleChecks.Budget("budget", budget).FirstOrDefault() is { } fault => Judgement.Refuse(AccessCodes.InputInvalid, fault.Message),
        _ => null,
    };

    private static Judgement Invalid(string field, string expected) => Judgement.Refuse(AccessCodes.InputInvalid, $"{field} is not valid: give {expected}.");

    // As every store keeps it, so that a deadline never comes a moment before what it stands for.
    private static DateTimeOffset? Stored(DateTimeOffset? moment) =>
        moment is { } given ? given.ToUniversalTime().AddTicks(-(given.UtcTicks % TimeSpan.TicksPerMillisecond)) : null;
}
