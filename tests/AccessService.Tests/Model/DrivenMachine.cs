using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using MassTransit;
using MassTransit.Context;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Sovereignty.AccessService.Requests;
using Sovereignty.Contracts;
using Sovereignty.Messaging;
using Sovereignty.Messaging.Outbox;

namespace Sovereignty.AccessService.Tests.Model;

/// <summary>
/// The product's state machine driven step by step, without broker and database: each step takes the request from its stored
/// form and puts it back, as after a restart, and what it would send is kept.
/// </summary>
internal sealed class DrivenMachine(TimeProvider time, IApprovalSource approvals)
{
    private static readonly AccessRequestMachine Machine = new();
    private static readonly FieldInfo Transaction = typeof(UnitOfWork).GetField("_transaction", BindingFlags.Instance | BindingFlags.NonPublic)!;
    private static readonly FieldInfo Outbox = typeof(UnitOfWork).GetField("_outbox", BindingFlags.Instance | BindingFlags.NonPublic)!;
    private static readonly FieldInfo Writes = typeof(UnitOfWork).GetField("_writes", BindingFlags.Instance | BindingFlags.NonPublic)!;
    private string _stored = "";

    /// <summary>By kind, as they stand in the table.</summary>
    public Dictionary<string, DeadlineReached> Deadlines { get; } = [];

    /// <summary>Where each message went, and its content.</summary>
    public List<(string Exchange, JsonElement Message)> Sent { get; } = [];

    public AccessRequest Request => JsonSerializer.Deserialize<AccessRequest>(_stored, ContractJson.Options)!;

    public void Begin(AccessRequest request)
    {
        Store(request);
        var unit = Unit();
        var step = new Step(request, unit, request.SubmittedAt);
        step.SetDeadline(Due.Lapse, request.LapsesAt, request.Version);
        step.SetDeadline(Due.Validation, request.SubmittedAt + Due.FirstAnswer, request.Asked);
        step.Publish(request.Requested());
        Keep(unit);
    }

    public async Task Raise<T>(Func<AccessRequestMachine, Event<T>> choose, T message)
        where T : class
    {
        var (request, unit, moment) = (Request, Unit(), new Moment(time));
        var services = new Services { [typeof(UnitOfWork)] = unit, [typeof(Moment)] = moment, [typeof(Approvals)] = new Approvals(unit, approvals, moment) };
        var consumed = Consumed.Of(message, services);
        var context = new MassTransitStateMachine<AccessRequest>.BehaviorContextProxy<T>(Machine, new DefaultSagaConsumeContext<AccessRequest, T>(consumed, request), consumed, choose(Machine));
        await ((StateMachine<AccessRequest>)Machine).RaiseEvent(context);
        Store(request);
        Keep(unit);
    }

    private static UnitOfWork Unit()
    {
        var unit = new UnitOfWork(null!, new OutboxMessageFactory(Service.Name, TimeProvider.System), null!);
        Transaction.SetValue(unit, RuntimeHelpers.GetUninitializedObject(typeof(NpgsqlTransaction)));
        return unit;
    }

    private void Store(AccessRequest request) => _stored = JsonSerializer.Serialize(request, ContractJson.Options);

    private void Keep(UnitOfWork unit)
    {
        foreach (var message in (List<OutboxMessage>)Outbox.GetValue(unit)!)
        {
            Sent.Add((message.Exchange, JsonDocument.Parse(message.Body).RootElement.GetProperty("message").Clone()));
        }

        foreach (var write in (List<NpgsqlBatchCommand>)Writes.GetValue(unit)!)
        {
            var values = write.Parameters.Select(parameter => parameter.Value).ToArray();
            if (write.CommandText.StartsWith("INSERT INTO messaging.deadline", StringComparison.Ordinal))
            {
                Deadlines[(string)values[1]!] = new() { CorrelationId = (Guid)values[0]!, Kind = (string)values[1]!, Version = (int)values[2]!, DueAt = (DateTimeOffset)values[4]! };
            }
            else if (write.CommandText.StartsWith("DELETE FROM messaging.deadline", StringComparison.Ordinal))
            {
                foreach (var kind in values.Length == 1 ? [.. Deadlines.Keys] : new[] { (string)values[1]! })
                {
                    Deadlines.Remove(kind);
                }
            }
        }
    }

    private sealed class Services : Dictionary<Type, object>, IServiceProvider, IServiceScope
    {
        public IServiceProvider ServiceProvider => this;

        public object? GetService(Type serviceType) => GetValueOrDefault(serviceType);

        private object? GetValueOrDefault(Type type) => TryGetValue(type, out var service) ? service : null;

        public void Dispose()
        {
        }
    }
}
