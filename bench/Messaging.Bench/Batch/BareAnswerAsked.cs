using MassTransit;

namespace Sovereignty.Messaging.Bench.Batch;

/// <summary>Consumes and publishes, keeps nothing.</summary>
internal sealed class BareAnswerAsked : IConsumer<BareAsked>
{
    public Task Consume(ConsumeContext<BareAsked> context) =>
        context.Publish(new BareAnswered(Answer.To(context.Message.Question)));
}
