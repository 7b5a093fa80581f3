using MassTransit;
using MassTransit.Context;
using MassTransit.Middleware;
using MassTransit.Saga;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Sovereignty.Messaging.Database;

namespace Sovereignty.Messaging.Sagas;

/// <summary>Sagas in PostgreSQL, one row each, locked from load to commit in the transaction of the message.</summary>
internal sealed class SagaRepositoryContextFactory<TSaga>(ISagaConsumeContextFactory<UnitOfWork, TSaga> contexts, ServiceDatabase database, SagaTable<TSaga> table)
    : ISagaRepositoryContextFactory<TSaga>, ILoadSagaRepositoryContextFactory<TSaga>
    where TSaga : class, SagaStateMachineInstance
{
    public Task Send<T>(ConsumeContext<T> context, IPipe<SagaRepositoryContext<TSaga, T>> next)
        where T : class
    {
        var unit = context.GetPayload<IServiceScope>().ServiceProvider.GetRequiredService<UnitOfWork>();
        return next.Send(new SagaContext<TSaga, T>(unit, context, contexts, table));
    }

    public Task SendQuery<T>(ConsumeContext<T> context, ISagaQuery<TSaga> query, IPipe<SagaRepositoryQueryContext<TSaga, T>> next)
        where T : class =>
        throw new NotSupportedException($"{typeof(TSaga).Name} is correlated by id alone.");

    public async Task<T> Execute<T>(Func<LoadSagaRepositoryContext<TSaga>, Task<T>> asyncMethod, CancellationToken cancellationToken = default)
        where T : class
    {
        await using var connection = await database.Consumers.OpenConnectionAsync(cancellationToken);
        return await asyncMethod(new LoadContext(connection, table, cancellationToken));
    }

    public void Probe(ProbeContext context) => context.Add("persistence", "postgresql");

    private sealed class LoadContext(NpgsqlConnection connection, SagaTable<TSaga> table, CancellationToken cancellationToken)
        : BasePipeContext(cancellationToken), LoadSagaRepositoryContext<TSaga>
    {
        public Task<TSaga> Load(Guid correlationId) => table.Find(connection, correlationId, CancellationToken)!;
    }
}

internal sealed class SagaContext<TSaga, T>(
    UnitOfWork unit, ConsumeContext<T> context, ISagaConsumeContextFactory<UnitOfWork, TSaga> contexts, SagaTable<TSaga> table)
    : ConsumeContextScope<T>(context), SagaRepositoryContext<TSaga, T>
    where TSaga : class, SagaStateMachineInstance
    where T : class
{
    private string? _rowVersion;

    public Task<SagaConsumeContext<TSaga, TMessage>> CreateSagaConsumeContext<TMessage>(ConsumeContext<TMessage> consumeContext, TSaga instance, SagaConsumeContextMode mode)
        where TMessage : class =>
        contexts.CreateSagaConsumeContext(unit, consumeContext, instance, mode);

    public Task<SagaConsumeContext<TSaga, T>> Add(TSaga instance) =>
        contexts.CreateSagaConsumeContext(unit, this, instance, SagaConsumeContextMode.Add);

    public Task<SagaConsumeContext<TSaga, T>> Insert(TSaga instance)
    {
        unit.Defer(table.Insert(instance));
        return contexts.CreateSagaConsumeContext(unit, this, instance, SagaConsumeContextMode.Insert);
    }

    public async Task<SagaConsumeContext<TSaga, T>?> Load(Guid correlationId)
    {
        if (await table.Load(unit.Connection, correlationId, CancellationToken) is not { } loaded)
        {
            return null;
        }

        _rowVersion = loaded.RowVersion;
        return await contexts.CreateSagaConsumeContext(unit, this, loaded.Instance, SagaConsumeContextMode.Load);
    }

    public Task Save(SagaConsumeContext<TSaga> context)
    {
        unit.Defer(table.Insert(context.Saga));
        return Task.CompletedTask;
    }

    public Task Update(SagaConsumeContext<TSaga> context)
    {
        unit.Defer(table.Update(context.Saga, _rowVersion!));
        return Task.CompletedTask;
    }

    // A finished saga stays: it is evidence.
    public Task Delete(SagaConsumeContext<TSaga> context) => Update(context);

    public Task Discard(SagaConsumeContext<TSaga> context) => Task.CompletedTask;

    public Task Undo(SagaConsumeContext<TSaga> context) => Task.CompletedTask;
}
