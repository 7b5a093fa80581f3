using System.Text.Json;
using MassTransit;
using NpgsqlTypes;
using Sovereignty.Contracts;

namespace Sovereignty.Messaging.Bench.Batch;

/// <summary>One row and one message for each message consumed.</summary>
internal sealed class AnswerAsked : IBatchConsumer<Asked>
{
    public Task Consume(IReadOnlyList<ConsumeContext<Asked>> batch, UnitOfWork unit, CancellationToken cancellationToken)
    {
        var answers = batch.Select(message => Answer.To(message.Message.Question)).ToList();
        unit.Defer(new("INSERT INTO bench.decision (id, body) SELECT * FROM unnest($1, $2)")
        {
            Parameters =
            {
                new() { Value = answers.Select(answer => answer.Id).ToArray() },
                new()
                {
                    Value = answers.Select(answer => JsonSerializer.Serialize(answer, ContractJson.Options)).ToArray(),
                    NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb,
                },
            },
        });
        foreach (var (message, answer) in batch.Zip(answers))
        {
            unit.Publish(new Answered(answer), PublishOptions.CausedBy(message));
        }

        return Task.CompletedTask;
    }
}
