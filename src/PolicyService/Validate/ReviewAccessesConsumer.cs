using MassTransit;
using Sovereignty.Contracts.Residency;
using Sovereignty.Evaluation.Access;
using Sovereignty.Messaging;
using Sovereignty.PolicyService.Epochs;

namespace Sovereignty.PolicyService.Validate;

/// <summary>Answers each <see cref="ReviewAccesses"/> by the newest epoch, each access as if it were asked for alone; stores nothing.</summary>
internal sealed partial class ReviewAccessesConsumer(UnitOfWork unit, PolicySnapshots snapshots, TimeProvider time, ILogger<ReviewAccessesConsumer> logger)
    : IConsumer<ReviewAccesses>
{
    public const string Queue = "policy.access-reviews";
    public const string Answers = "access.reviewed";

    public async Task Consume(ConsumeContext<ReviewAccesses> context)
    {
        var asked = context.Message;
        var policies = await snapshots.CurrentWithRegions(unit, context.CancellationToken);
        var data = await AccessData.Load(unit.Connection, asked.Accesses, context.CancellationToken);
        var now = time.GetUtcNow();
        var reviewed = new AccessesReviewed
        {
            ReviewId = asked.ReviewId,
            Epoch = policies.Epoch,
            Answers = [.. asked.Accesses.Select(access => AccessEvaluator.Validate(policies, data.Find(access), access) with { OccurredAt = now })],
        };

        LogReviewed(asked.ReviewId, reviewed.Answers.Count, reviewed.Answers.Count(answer => !answer.Permitted), policies.Epoch);
        unit.Send(Answers, reviewed, PublishOptions.CausedBy(context));
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Review {ReviewId} of {Count} accesses: {Refused} not permitted at epoch {Epoch}")]
    private partial void LogReviewed(Guid reviewId, int count, int refused, long epoch);
}
