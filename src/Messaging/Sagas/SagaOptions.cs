using MassTransit;

namespace Sovereignty.Messaging;

/// <summary>
/// What a saga's queue takes. Messages that its own service sends there are always taken; every other type is named here,
/// with the one broker user who may publish it.
/// </summary>
public sealed class SagaOptions
{
    private readonly List<(Type Type, string From)> _heard = [];

    /// <summary>How many messages at a time; those of one instance follow one another.</summary>
    public int Concurrency { get; set; } = 16;

    internal Dictionary<string, HashSet<string>> TypesByUser { get; } = [];

    /// <summary>Takes an event of another service.</summary>
    /// <param name="from">The broker user of the service that owns the event.</param>
    /// <typeparam name="T">The event.</typeparam>
    public void Hears<T>(string from)
        where T : class
    {
        if (!TypesByUser.TryGetValue(from, out var types))
        {
            TypesByUser[from] = types = [];
        }

        types.UnionWith(MessageTypeCache<T>.MessageTypeNames);
        _heard.Add((typeof(T), from));
    }

    internal IEnumerable<Hearing> Hearings(string queue) => _heard.Select(heard => Hearing.Of(queue, [heard.Type], heard.From));
}
