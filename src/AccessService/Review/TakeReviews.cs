using MassTransit;
using Sovereignty.AccessService.Requests;
using Sovereignty.Contracts.Residency;
using Sovereignty.Messaging;

namespace Sovereignty.AccessService.Review;

/// <summary>Tells those alone whom an answer of PolicyService concerns, and goes on with the walk.</summary>
internal sealed partial class TakeReviews(UnitOfWork unit, Walker walker, TimeProvider time, ILogger<TakeReviews> logger) : IConsumer<AccessesReviewed>
{
    public const string Queue = "access.reviewed";
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromMinutes(1);

    public async Task Consume(ConsumeContext<AccessesReviewed> context)
    {
        var (reviewed, cancellationToken) = (context.Message, context.CancellationToken);
        if (await WalkTable.TakeOf(unit.Connection, reviewed.ReviewId, cancellationToken) is not { } walk)
        {
            return;
        }

        if (!walk.IsSuperseded && reviewed.Epoch >= walk.Epoch && await WalkTable.IsAsked(unit.Connection, reviewed.ReviewId, cancellationToken))
        {
            await Take(reviewed, cancellationToken);
        }

        await walker.GoOn(walk, cancellationToken);
    }

    private async Task Take(AccessesReviewed reviewed, CancellationToken cancellationToken)
    {
        var requests = await WalkTable.LiveOf(unit.Connection, reviewed.Answers.Select(answer => answer.RequestId), cancellationToken);
        var answers = reviewed.Answers.ToDictionary(answer => answer.RequestId);
        var messages = new List<Guid>();
        foreach (var request in requests.Where(request => ReviewRules.Concerns(request, answers[request.CorrelationId])))
        {
            var id = ReviewRules.MessageId(reviewed.ReviewId, request.CorrelationId);
            unit.Send(
                Service.RequestQueue,
                new ReassessAccess(request.CorrelationId, answers[request.CorrelationId]),
                new() { MessageId = id, OrderKey = request.CorrelationId.ToString() });
            messages.Add(id);
        }

        await WalkTable.Answered(unit.Connection, reviewed.ReviewId, messages, time.Now() + GiveUpAfter, cancellationToken);
        LogReviewed(reviewed.ReviewId, reviewed.Answers.Count, messages.Count, reviewed.Epoch);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Review {ReviewId} of {Count} accesses concerns {Concerned} at epoch {Epoch}")]
    private partial void LogReviewed(Guid reviewId, int count, int concerned, long epoch);
}
