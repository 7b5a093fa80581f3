using System.Collections.Concurrent;
using MassTransit;
using Sovereignty.Contracts.Data;

namespace Sovereignty.Cli.Demo;

/// <summary>What was asked, and every answer that came.</summary>
internal sealed class DecisionLedger : IConsumer<DataAdmitted>, IConsumer<DataRejected>
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<Decision>> _answers = new();

    public int Answered => _answers.Count;

    public IEnumerable<KeyValuePair<string, ConcurrentQueue<Decision>>> Answers => _answers;

    public IReadOnlyCollection<Decision> AnswersFor(string dataId) => _answers.GetValueOrDefault(dataId) ?? [];

    public Task Consume(ConsumeContext<DataAdmitted> context) => Add(context.Message.Decision);

    public Task Consume(ConsumeContext<DataRejected> context) => Add(context.Message.Decision);

    private Task Add(Decision decision)
    {
        _answers.GetOrAdd(decision.DataId, _ => new()).Enqueue(decision);
        return Task.CompletedTask;
    }
}
