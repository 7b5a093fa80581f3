using MassTransit;
using Npgsql;
using Sovereignty.Messaging;

namespace Sovereignty.Chaos;

/// <summary>Many messages, as many rows and publishes, one transaction.</summary>
public sealed class SettleEntries : IBatchConsumer<Entered>
{
    public async Task Consume(IReadOnlyList<ConsumeContext<Entered>> batch, UnitOfWork unit, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("INSERT INTO chaos.settlement SELECT * FROM unnest($1, $2)", unit.Connection)
        {
            Parameters =
            {
                new() { Value = batch.Select(entered => entered.Message.Account).ToArray() },
                new() { Value = batch.Select(entered => entered.Message.Number).ToArray() },
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
        foreach (var entered in batch)
        {
            unit.Publish(new Settled(entered.Message.Account, entered.Message.Number));
        }
    }
}
