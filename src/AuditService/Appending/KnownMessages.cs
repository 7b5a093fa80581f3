namespace Sovereignty.AuditService.Appending;

/// <summary>Messages that are in the log, or come into it with a batch.</summary>
internal sealed class KnownMessages
{
    private readonly Dictionary<Guid, (Guid Body, long Index)> _first = [];
    private readonly Dictionary<MessageKey, long> _others = [];

    /// <summary>Adds a message unless it is known.</summary>
    /// <returns>The index of the first message with its id, and that of the same message with the same body; null where there is none.</returns>
    public (long? First, long? Same) Add(MessageKey key, long index)
    {
        if (_first.TryAdd(key.Id, (key.Body, index)))
        {
            return (null, null);
        }

        var first = _first[key.Id];
        return first.Body == key.Body ? (first.Index, first.Index)
            : _others.TryAdd(key, index) ? (first.Index, null)
            : (first.Index, _others[key]);
    }
}
