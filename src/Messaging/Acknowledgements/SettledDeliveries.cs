namespace Sovereignty.Messaging.Acknowledgements;

/// <summary>Which deliveries of a channel are done with, and which of them the broker may be told of together. It numbers them from 1. Not thread-safe.</summary>
internal sealed class SettledDeliveries
{
    private readonly HashSet<ulong> _waiting = [];
    private readonly Dictionary<ulong, ulong> _toldFrom = [];
    private readonly Dictionary<ulong, ulong> _toldTo = [];
    private ulong _upTo;

    /// <summary>
    /// This delivery and all before it are done with; 0 for none. Never one that was told by itself: the broker does not know that one any more.
    /// </summary>
    public ulong AllUpTo { get; private set; }

    /// <summary>How many are done with and wait for one before them.</summary>
    public int Waiting => _waiting.Count;

    public void Add(ulong delivery)
    {
        _waiting.Add(delivery);
        Advance();
    }

    /// <summary>Adds one that the broker was told of by itself.</summary>
    public void AddTold(ulong delivery)
    {
        Tell(delivery);
        Advance();
    }

    /// <summary>Those that wait, to be told of one by one.</summary>
    public IReadOnlyList<ulong> TakeWaiting()
    {
        ulong[] taken = [.. _waiting];
        Array.ForEach(taken, Tell);
        _waiting.Clear();
        return taken;
    }

    // In stretches: behind one that takes for ever there may be millions.
    private void Tell(ulong delivery)
    {
        var from = _toldTo.Remove(delivery - 1, out var before) ? before : delivery;
        var to = _toldFrom.Remove(delivery + 1, out var after) ? after : delivery;
        (_toldFrom[from], _toldTo[to]) = (to, from);
    }

    private void Advance()
    {
        while (true)
        {
            if (_waiting.Remove(_upTo + 1))
            {
                AllUpTo = ++_upTo;
            }
            else if (_toldFrom.Remove(_upTo + 1, out var to))
            {
                _toldTo.Remove(to);
                _upTo = to;
            }
            else
            {
                return;
            }
        }
    }
}
