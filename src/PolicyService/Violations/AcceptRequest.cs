using System.Text.Json.Serialization;

namespace Sovereignty.PolicyService.Violations;

/// <summary>Until when somebody answers for a violation, and why.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record AcceptRequest
{
    public const int MaxReason = 1000;

    private static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    public required DateTimeOffset? Until { get; init; }

    public required string? Reason { get; init; }

    /// <summary>What is wrong with it, by field; null for nothing.</summary>
    public (string Field, string Message)? Check(DateTimeOffset now) => this switch
    {
        { Until: null } => ("until", "until is missing; give the moment until which you answer for it."),
        { Until: { } until } when until <= now => ("until", "until is over already; give a later moment."),
        { Until: { } until } when until > now + Longest => ("until", $"until is more than {Longest.TotalDays:0} days away; give an earlier moment and look at it again then."),
        { Reason: null or "" } => ("reason", $"reason is missing; say why in 1 to {MaxReason} characters."),
        { Reason: var reason } when string.IsNullOrWhiteSpace(reason) || reason.Any(character => char.IsControl(character) && character is not '\n') => ("reason", "reason is blank or has control characters; say why in plain text."),
        { Reason.Length: > MaxReason } => ("reason", $"reason has {Reason.Length} characters; give at most {MaxReason}."),
        _ => null,
    };
}
