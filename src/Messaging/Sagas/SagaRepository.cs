using System.Text.Json;
using MassTransit;
using MassTransit.Context;
using MassTransit.Middleware;
using MassTransit.Saga;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NpgsqlTypes;
using Sovereignty.Contracts;
using Sovereignty.Messaging.Database;

namespace Sovereignty.Messaging.Sagas;

/// <summary>Sagas in PostgreSQL, one row each, locked from load to commit in the transaction of the message.</summary>
internal sealed class SagaRepositoryContextFactory<TSaga>(ISagaConsumeContextFactory<UnitOfWork, TSaga> contexts, ServiceDatabase database)
    : ISagaRepositoryContextFactory<TSaga>, ILoadSagaRepositoryContextFactory<TSaga>
    where TSaga : class, SagaStateMachineInstance
{
    public Task Send<T>(ConsumeContext<T> context, IPipe<SagaRepositoryContext<TSaga, T>> next)
        where T : class
    {
        var unit = context.GetPayload<IServiceScope>().ServiceProvider.GetRequiredService<UnitOfWork>();
        return next.Send(new SagaContext<TSaga, T>(unit, context, contexts));
    }

    public Task SendQuery<T>(ConsumeContext<T> context, ISagaQuery<TSaga> query, IPipe<SagaRepositoryQueryContext<TSaga, T>> next)
        where T : class =>
        throw new NotSupportedException($"{typeof(TSaga).Name} is correlated by id alone.");

    public async Task<T> Execute<T>(Func<LoadSagaRepositoryContext<TSaga>, Task<T>> asyncMethod, CancellationToken cancellationToken = default)
        where T : class
    {
        await using var connection = await database.Consumers.OpenConnectionAsync(cancellationToken);
        return await asyncMethod(new LoadContext(connection, cancellationToken));
    }

    public void Probe(ProbeContext context) => context.Add("persistence", "postgresql");

    private sealed class LoadContext(NpgsqlConnection connection, CancellationToken cancellationToken)
        : BasePipeContext(cancellationToken), LoadSagaRepositoryContext<TSaga>
    {
        public Task<TSaga> Load(Guid correlationId) => SagaTable<TSaga>.Load(connection, correlationId, forUpdate: false, CancellationToken)!;
    }
}

internal sealed class SagaContext<TSaga, T>(UnitOfWork unit, ConsumeContext<T> context, ISagaConsumeContextFactory<UnitOfWork, TSaga> contexts)
    : ConsumeContextScope<T>(context), SagaRepositoryContext<TSaga, T>
    where TSaga : class, SagaStateMachineInstance
    where T : class
{
    public Task<SagaConsumeContext<TSaga, TMessage>> CreateSagaConsumeContext<TMessage>(ConsumeContext<TMessage> consumeContext, TSaga instance, SagaConsumeContextMode mode)
        where TMessage : class =>
        contexts.CreateSagaConsumeContext(unit, consumeContext, instance, mode);

    public Task<SagaConsumeContext<TSaga, T>> Add(TSaga instance) =>
        contexts.CreateSagaConsumeContext(unit, this, instance, SagaConsumeContextMode.Add);

    public async Task<SagaConsumeContext<TSaga, T>> Insert(TSaga instance)
    {
        await SagaTable<TSaga>.Insert(unit.Connection, instance, CancellationToken);
        return await contexts.CreateSagaConsumeContext(unit, this, instance, SagaConsumeContextMode.Insert);
    }

    public async Task<SagaConsumeContext<TSaga, T>?> Load(Guid correlationId) =>
        await SagaTable<TSaga>.Load(unit.Connection, correlationId, forUpdate: true, CancellationToken) is { } instance
            ? await contexts.CreateSagaConsumeContext(unit, this, instance, SagaConsumeContextMode.Load)
            : null;

    public Task Save(SagaConsumeContext<TSaga> context) => SagaTable<TSaga>.Insert(unit.Connection, context.Saga, CancellationToken);

    public Task Update(SagaConsumeContext<TSaga> context) => SagaTable<TSaga>.Update(unit.Connection, context.Saga, CancellationToken);

    // A finished saga stays: it is evidence.
    public Task Delete(SagaConsumeContext<TSaga> context) => Update(context);

    public Task Discard(SagaConsumeContext<TSaga> context) => Task.CompletedTask;

    public Task Undo(SagaConsumeContext<TSaga> context) => Task.CompletedTask;
}

internal static class SagaTable<TSaga>
    where TSaga : class, SagaStateMachineInstance
{
    private static readonly string Name = typeof(TSaga).Name;

    public static async Task<TSaga?> Load(NpgsqlConnection connection, Guid correlationId, bool forUpdate, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "SELECT body FROM messaging.saga WHERE saga = $1 AND correlation_id = $2" + (forUpdate ? " FOR UPDATE" : ""), connection);
        command.Parameters.Add(new() { Value = Name });
        command.Parameters.Add(new() { Value = correlationId });
        return await command.ExecuteScalarAsync(cancellationToken) is string body
            ? JsonSerializer.Deserialize<TSaga>(body, ContractJson.Options)
            : null;
    }

    public static Task Insert(NpgsqlConnection connection, TSaga instance, CancellationToken cancellationToken) =>
        Write(connection, "INSERT INTO messaging.saga (saga, correlation_id, state, body) VALUES ($1, $2, $3, $4)", instance, cancellationToken);

    public static Task Update(NpgsqlConnection connection, TSaga instance, CancellationToken cancellationToken) =>
        Write(connection, "UPDATE messaging.saga SET state = $3, body = $4, updated_at = now() WHERE saga = $1 AND correlation_id = $2", instance, cancellationToken);

    private static async Task Write(NpgsqlConnection connection, string sql, TSaga instance, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.SerializeToElement(instance, ContractJson.Options);
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.Add(new() { Value = Name });
        command.Parameters.Add(new() { Value = instance.CorrelationId });
        command.Parameters.Add(new() { Value = body.TryGetProperty("currentState", out var state) ? state.ToString() : "" });
        command.Parameters.Add(new() { Value = body.GetRawText(), NpgsqlDbType = NpgsqlDbType.Jsonb });
        if (await command.ExecuteNonQueryAsync(cancellationToken) != 1)
        {
            throw new ConcurrencyException($"{Name} is gone.", typeof(TSaga), instance.CorrelationId);
        }
    }
}
