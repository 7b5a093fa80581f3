using MassTransit;
using Sovereignty.Contracts.Access;
using Sovereignty.Messaging;

namespace Sovereignty.AccessService.Review;

/// <summary>A change of somebody's standing is looked at when it begins to hold.</summary>
internal sealed class HearStanding(UnitOfWork unit, StandingReviews reviews, TimeProvider time) : IConsumer<PersonStandingChanged>
{
    public const string Queue = "access.standing-changes";

    public async Task Consume(ConsumeContext<PersonStandingChanged> context)
    {
        var (changed, now) = (context.Message, time.Now());
        if (changed.TenantId is not { } tenant)
        {
            return;
        }

        var review = new StandingReview(tenant, changed.Subject, changed.Version, Guid.Empty);
        await StandingReviews.Keep(unit.Connection, review, changed.ValidFrom > now ? changed.ValidFrom : now, context.CancellationToken);
        if (changed.ValidFrom <= now)
        {
            await reviews.GoOn(review, context.CancellationToken);
        }
    }
}
