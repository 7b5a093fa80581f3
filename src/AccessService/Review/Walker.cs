using Sovereignty.AccessService.Requests;
using Sovereignty.Contracts.Residency;
using Sovereignty.Messaging;

namespace Sovereignty.AccessService.Review;

/// <summary>
/// Goes on with a walk whose row this transaction holds. Few questions are on their way at a time, and none is over before the
/// requests it concerns have heard, so neither PolicyService nor the saga's queue fills with reviews.
/// </summary>
internal sealed class Walker(UnitOfWork unit, TimeProvider time)
{
    public const int RequestsPerQuestion = 250;
    public const int QuestionsOnTheWay = 4;
    public const string Queue = "policy.access-reviews";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan PauseForPending = TimeSpan.FromSeconds(1);

    public async Task GoOn(Walk walk, CancellationToken cancellationToken)
    {
        if (walk.IsSuperseded)
        {
            unit.Defer(WalkTable.Forget(walk));
            return;
        }

        await AskAgain(walk, cancellationToken);
        var onTheWay = await WalkTable.CountOnTheWay(unit.Connection, walk, cancellationToken);
        if (walk is { DataId: not null, IsRead: false } && walk.AfterId == Guid.Empty && onTheWay > 0)
        {
            // What an older walk told comes first: whom the answers concern depends on it.
            unit.Defer(WalkTable.Save(walk, time.Now() + Pause));
            return;
        }

        while (!walk.IsRead && onTheWay < QuestionsOnTheWay)
        {
            var requests = await WalkTable.Next(unit.Connection, walk, RequestsPerQuestion, cancellationToken);
            walk = requests is [.., var last] ? walk with { AfterTenant = last.TenantId, AfterId = last.CorrelationId } : walk;
            walk = requests.Count < RequestsPerQuestion ? walk.AtEnd() : walk;
            if (requests.Count > 0)
            {
                var review = Guid.CreateVersion7(time.GetUtcNow());
                unit.Defer(WalkTable.Ask(walk, review, requests.Select(request => request.CorrelationId), time.Now() + Patience));
                Ask(review, requests);
                onTheWay++;
            }
        }

        if (!walk.IsRead || onTheWay > 0)
        {
            unit.Defer(WalkTable.Save(walk, time.Now() + Pause));
        }
        else if (walk.PendingBefore is null)
        {
            unit.Defer(WalkTable.Forget(walk));
        }
        else if (await WalkTable.HasPending(unit.Connection, walk, cancellationToken))
        {
            unit.Defer(WalkTable.Save(walk, time.Now() + PauseForPending));
        }
        else
        {
            unit.Defer(WalkTable.Save(walk with { PendingBefore = null, AfterId = Guid.Empty, IsRead = false }, time.Now()));
        }
    }

    private async Task AskAgain(Walk walk, CancellationToken cancellationToken)
    {
        foreach (var (review, ids) in await WalkTable.TakeOverdue(unit.Connection, walk, time.Now(), Patience, cancellationToken))
        {
            var requests = await WalkTable.LiveOf(unit.Connection, ids, cancellationToken);
            if (requests is [])
            {
                await WalkTable.Answered(unit.Connection, review, [], default, cancellationToken);
            }
            else
            {
                Ask(review, requests);
            }
        }
    }

    private void Ask(Guid review, IReadOnlyList<AccessRequest> requests) =>
        unit.Send(Queue, new ReviewAccesses { ReviewId = review, Accesses = [.. requests.Select(request => Questions.Of(request, time.Now()))] });
}
