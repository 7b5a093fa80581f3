using MassTransit;
using Npgsql;
using Sovereignty.Messaging;

namespace Sovereignty.Chaos;

/// <summary>One message, one row, one publish.</summary>
public sealed class EnterDeposit(UnitOfWork unit, Controls controls) : IConsumer<Deposited>
{
    public async Task Consume(ConsumeContext<Deposited> context)
    {
        var (account, number) = (context.Message.CorrelationId, context.Message.Number);
        await using var command = new NpgsqlCommand("INSERT INTO chaos.entry VALUES ($1, $2)", unit.Connection)
        {
            Parameters = { new() { Value = account }, new() { Value = number } },
        };
        await command.ExecuteNonQueryAsync(context.CancellationToken);

        var entered = new Entered(account, number);
        if (controls.WithoutTransaction)
        {
            context.ReceiveContext.AddOrUpdatePayload(() => new Afterwards(entered), _ => new Afterwards(entered));
        }
        else
        {
            unit.Publish(entered);
        }
    }
}
