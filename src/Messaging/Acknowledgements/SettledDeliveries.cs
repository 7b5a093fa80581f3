namespace Sovereignty.Messaging.Acknowledgements;

/// <summary>Which deliveries of a channel are done with, and which of them the broker may be told of together. It numbers them from 1. Not thread-safe.</summary>
internal sealed class SettledDeliveries
{
    private readonly HashSet<ulong> _waiting = [];
    private readonly HashSet<ulong> _toldAhead = [];
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
        _toldAhead.Add(delivery);
        Advance();
    }

    /// <summary>Those that wait, to be told of one by one.</summary>
    public IReadOnlyList<ulong> TakeWaiting()
    {
        ulong[] taken = [.. _waiting];
        _toldAhead.UnionWith(taken);
        _waiting.Clear();
        return taken;
    }

    private void Advance()
    {
        while (true)
        {
            if (_waiting.Remove(_upTo + 1))
            {
                AllUpTo = ++_upTo;
            }
            else if (_toldAhead.Remove(_upTo + 1))
            {
                _upTo++;
            }
            else
            {
                return;
            }
        }
    }
}
