using Npgsql;
using Sovereignty.Contracts.Audit;
using Sovereignty.Messaging;

namespace Sovereignty.AuditService.Witnessing;

/// <summary>Tells people that a witness refused the log.</summary>
internal interface IRefusalAlarm
{
    /// <summary>Publishes the alarm unless it was published for this refusal before.</summary>
    Task Raise(CheckpointRefused refusal, CancellationToken ct);
}

internal sealed class RefusalAlarm(IServiceScopeFactory scopes) : IRefusalAlarm
{
    public async Task Raise(CheckpointRefused refusal, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        await using var unit = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
        await unit.BeginForConsumer(ct);
        if (await IsNew(unit.Connection, refusal, ct))
        {
            unit.Publish(refusal);
            await unit.Commit(ct);
        }
    }

    internal static async Task<bool> IsNew(NpgsqlConnection connection, CheckpointRefused refusal, CancellationToken ct)
    {
        await using var insert = new NpgsqlCommand(
            "INSERT INTO audit.refusals (witness, status, held_size, offered_size, refused_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING", connection);
        insert.Parameters.Add(new() { Value = refusal.Witness });
        insert.Parameters.Add(new() { Value = (short)refusal.Status });
        insert.Parameters.Add(new() { Value = refusal.HeldSize });
        insert.Parameters.Add(new() { Value = refusal.OfferedSize });
        insert.Parameters.Add(new() { Value = refusal.OccurredAt });
        return await insert.ExecuteNonQueryAsync(ct) == 1;
    }
}
