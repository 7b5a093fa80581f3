using CsCheck;
using Sovereignty.AccessService.Requests;
using Window = System.Func<Sovereignty.AccessService.Requests.AccessRequest, System.TimeSpan?, System.DateTimeOffset, (System.DateTimeOffset StartsAt, System.DateTimeOffset EndsAt)?>;

namespace Sovereignty.AccessService.Tests.Requests;

/// <summary>Each property is stated over any way to compute a window, holds for ours, and fails for a broken one.</summary>
public sealed class GrantTimesProperties
{
    // In minutes, and few of them, so that bounds often coincide.
    private static readonly Gen<(AccessRequest Request, TimeSpan? LastApproval, DateTimeOffset Now)> GenCase =
        from start in Gen.Int[-5, 30].Nullable()
        from duration in Gen.Int[1, 30]
        from mechanism in Gen.Int[-10, 60].Nullable()
        from votes in Gen.Int[1, 30].Nullable().Array[0, 2]
        from last in Gen.Int[1, 30].Nullable()
        from approved in Gen.Int[0, 60]
        select (
            Given.Request(
                submittedAt: Given.Now,
                start: Minutes(start) is { } later ? Given.Now + later : null,
                duration: TimeSpan.FromMinutes(duration),
                mechanismUntil: Minutes(mechanism) is { } valid ? Given.Now + valid : null,
                votes: [.. votes.Select((allowed, i) => Given.Vote(Given.Person($"approver-{i}", "DE", "approver"), duration: Minutes(allowed)))]),
            Minutes(last),
            Given.Now.AddMinutes(approved));

    [Fact]
    public void A_grant_starts_before_it_ends() => StartsBeforeItEnds(GrantTimes.Of);

    [Fact]
    public void The_property_of_order_catches_a_window_that_is_given_even_when_empty() => Fails(StartsBeforeItEnds, (request, last, now) =>
        Bound(Max(request.Start ?? now, now), request, last));

    [Fact]
    public void A_grant_starts_at_its_approval_or_its_scheduled_start() => StartsAtApprovalOrSchedule(GrantTimes.Of);

    [Fact]
    public void The_property_of_starts_catches_a_clock_that_runs_from_submission() => Fails(StartsAtApprovalOrSchedule, (request, last, _) =>
        GrantTimes.Of(request, last, request.SubmittedAt));

    [Fact]
    public void A_grant_never_outlasts_the_end_that_was_asked_for() => NeverAfterTheRequestedEnd(GrantTimes.Of);

    [Fact]
    public void The_property_of_requested_ends_catches_a_late_approval_that_moves_the_window() => Fails(NeverAfterTheRequestedEnd, (request, last, now) =>
        GrantTimes.Of(Given.Request(start: Max(request.Start ?? now, now), duration: request.Duration, mechanismUntil: request.Mechanism?.ValidUntil, votes: [.. request.Votes]), last, now));

    [Fact]
    public void A_grant_never_outlasts_its_transfer_mechanism() => NeverAfterTheMechanism(GrantTimes.Of);

    [Fact]
    public void The_property_of_mechanisms_catches_a_window_that_forgets_them() => Fails(NeverAfterTheMechanism, (request, last, now) =>
        GrantTimes.Of(Given.Request(start: request.Start, duration: request.Duration, votes: [.. request.Votes]), last, now));

    [Fact]
    public void A_grant_is_never_longer_than_was_asked_for_or_any_approver_allowed() => NeverLongerThanAllowed(GrantTimes.Of);

    [Fact]
    public void The_property_of_lengths_catches_a_window_that_forgets_earlier_approvers() => Fails(NeverLongerThanAllowed, (request, last, now) =>
        GrantTimes.Of(Given.Request(start: request.Start, duration: request.Duration, mechanismUntil: request.Mechanism?.ValidUntil), last, now));

    [Fact]
    public void The_property_of_lengths_catches_a_window_that_forgets_the_last_approver() => Fails(NeverLongerThanAllowed, (request, _, now) =>
        GrantTimes.Of(request, null, now));

    [Fact]
    public void A_grant_lasts_as_long_as_every_bound_allows() => NeverShorterThanNeeded(GrantTimes.Of);

    [Fact]
    public void The_property_of_generosity_catches_a_window_that_is_a_moment_short() => Fails(NeverShorterThanNeeded, (request, last, now) =>
        GrantTimes.Of(request, last, now) is { } window ? (window.StartsAt, window.EndsAt.AddTicks(-1)) : null);

    [Fact]
    public void The_property_of_generosity_catches_a_window_that_is_never_given() => Fails(NeverShorterThanNeeded, (_, _, _) => null);

    private static void StartsBeforeItEnds(Window of) => Holds(of, (_, _, _, window) => window.StartsAt < window.EndsAt);

    private static void StartsAtApprovalOrSchedule(Window of) =>
        Holds(of, (request, _, now, window) => window.StartsAt == Max(request.Start ?? now, now));

    private static void NeverAfterTheRequestedEnd(Window of) =>
        Holds(of, (request, _, _, window) => request.Start is not { } start || window.EndsAt <= start + request.Duration);

    private static void NeverAfterTheMechanism(Window of) =>
        Holds(of, (request, _, _, window) => request.Mechanism is not { } mechanism || window.EndsAt <= mechanism.ValidUntil);

    private static void NeverLongerThanAllowed(Window of) => Holds(of, (request, last, _, window) =>
        request.Votes.Select(vote => vote.Duration).Append(last).Append(request.Duration).All(allowed => allowed is null || window.EndsAt - window.StartsAt <= allowed));

    private static void NeverShorterThanNeeded(Window of) => Property.Holds(
        GenCase,
        given => Bound(Max(given.Request.Start ?? given.Now, given.Now), given.Request, given.LastApproval) is var (start, end)
            && of(given.Request, given.LastApproval, given.Now) is var window
            && (end > start ? window == (start, end) : window is null));

    private static void Holds(Window of, Func<AccessRequest, TimeSpan?, DateTimeOffset, (DateTimeOffset StartsAt, DateTimeOffset EndsAt), bool> property) => Property.Holds(
        GenCase,
        given => of(given.Request, given.LastApproval, given.Now) is not { } window || property(given.Request, given.LastApproval, given.Now, window));

    private static (DateTimeOffset StartsAt, DateTimeOffset EndsAt) Bound(DateTimeOffset start, AccessRequest request, TimeSpan? last)
    {
        var end = start + request.Duration;
        foreach (var allowed in request.Votes.Select(vote => vote.Duration).Append(last))
        {
            end = allowed is { } length && start + length < end ? start + length : end;
        }

        end = request.Start is { } scheduled && scheduled + request.Duration < end ? scheduled + request.Duration : end;
        return (start, request.Mechanism is { } mechanism && mechanism.ValidUntil < end ? mechanism.ValidUntil : end);
    }

    private static DateTimeOffset Max(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private static TimeSpan? Minutes(int? minutes) => minutes is { } some ? TimeSpan.FromMinutes(some) : null;

    private static void Fails(Action<Window> property, Window broken) => Property.Catches(() => property(broken));
}
