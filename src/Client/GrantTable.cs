using System.Numerics;
using Sovereignty.Contracts.Access;

namespace Sovereignty.Client;

/// <summary>
/// Grants in memory, by tenant, subject and data. Readers never wait and a check allocates nothing; writers take turns. Of each
/// request the highest version counts, so states may come twice and in any order.
/// </summary>
public sealed class GrantTable
{
    private const int Fewest = 1024;

    // A second grant in a bucket is a second wait for memory.
    private const int BucketsForEach = 2;

    private readonly Lock _writing = new();
    private readonly Dictionary<string, string> _texts = [];
    private readonly Dictionary<string, string[]> _actions = [];
    private volatile GrantEntry?[] _buckets;
    private int _count;

    /// <summary>An empty table.</summary>
    /// <param name="capacity">How many grants are expected; it grows by itself.</param>
    public GrantTable(int capacity = Fewest)
    {
        _buckets = new GrantEntry?[BitOperations.RoundUpToPowerOf2((uint)(BucketsForEach * Math.Max(capacity, Fewest)))];
    }

    /// <summary>How many grants it holds, ended ones that were not removed yet included.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Takes a grant's state, unless it has that one or a newer one already.</summary>
    /// <param name="grant">The state.</param>
    /// <param name="heardAt">When it was heard, so that one that was over before its time can be forgotten sooner; null where unknown.</param>
    /// <returns>Whether it was news.</returns>
    public bool Apply(AccessGrant grant, DateTimeOffset? heardAt = null)
    {
        var hash = Hash(grant.TenantId, grant.Subject, grant.DataId);
        lock (_writing)
        {
            var buckets = _buckets;
            ref var bucket = ref buckets[hash & (buckets.Length - 1)];
            var (rest, count) = (bucket, _count + 1);
            if (Find(bucket, hash, grant.RequestId) is { } known)
            {
                if (known.Grant.Version >= grant.Version)
                {
                    return false;
                }

                (rest, count) = (Without(bucket, known), _count);
            }

            var pooled = Pool(grant);
            Volatile.Write(ref bucket, new GrantEntry(pooled, (string[])pooled.Actions, hash, OverAt(grant, heardAt).UtcTicks, rest));
            Volatile.Write(ref _count, count);
            if (count * BucketsForEach > buckets.Length)
            {
                Rebuild(buckets.Length * 2, _ => true);
            }

            return true;
        }
    }

    /// <summary>Whether a grant covers a use.</summary>
    /// <param name="question">The use.</param>
    /// <param name="now">The moment, in UTC.</param>
    /// <returns>The answer of <see cref="GrantCheck"/> from what the table holds.</returns>
    public AccessAnswer Check(in AccessQuestion question, DateTimeOffset now)
    {
        var hash = Hash(question.TenantId, question.Subject, question.DataId);
        var buckets = _buckets;
        var best = new GrantCheck.Candidate(GrantCheck.Finding.NotGranted, null);
        var ticks = now.UtcTicks;
        for (var entry = Volatile.Read(ref buckets[hash & (buckets.Length - 1)]); entry is not null; entry = entry.Next)
        {
            if (entry.Hash == hash)
            {
                best = best.Or(entry, question, ticks);
            }
        }

        return best.Answer;
    }

    /// <summary>One grant in the newest state that the table holds; null where it holds none.</summary>
    internal AccessGrant? Find(in AccessQuestion question, Guid grantId)
    {
        var hash = Hash(question.TenantId, question.Subject, question.DataId);
        var buckets = _buckets;
        for (var entry = Volatile.Read(ref buckets[hash & (buckets.Length - 1)]); entry is not null; entry = entry.Next)
        {
            if (entry.Hash == hash && entry.Grant.GrantId == grantId)
            {
                return entry.Grant;
            }
        }

        return null;
    }

    /// <summary>
    /// Forgets grants that were over at a moment, by their time or by what was heard of them. Give one that lies back by far longer than an answer can be on its way:
    /// what is forgotten can no longer tell an older state from a newer.
    /// </summary>
    /// <param name="before">Grants that were over before this are removed.</param>
    /// <returns>How many were removed.</returns>
    public int RemoveEnded(DateTimeOffset before)
    {
        lock (_writing)
        {
            var count = _count;
            if (_buckets.Any(bucket => HasEnded(bucket, before)))
            {
                Rebuild(_buckets.Length, entry => entry.OverAt >= before.UtcTicks);
                PoolAgain();
            }

            return count - _count;
        }
    }

    /// <summary>How many texts and lists of actions are held once for all.</summary>
    internal int Pooled => _texts.Count + _actions.Count;

    private static bool HasEnded(GrantEntry? entry, DateTimeOffset before)
    {
        for (; entry is not null; entry = entry.Next)
        {
            if (entry.OverAt < before.UtcTicks)
            {
                return true;
            }
        }

        return false;
    }

    private static GrantEntry? Find(GrantEntry? entry, int hash, Guid request)
    {
        for (; entry is not null; entry = entry.Next)
        {
            if (entry.Hash == hash && entry.Grant.RequestId == request)
            {
                return entry;
            }
        }

        return null;
    }

    private static GrantEntry? Without(GrantEntry? chain, GrantEntry one) =>
        ReferenceEquals(chain, one) ? one.Next : chain!.Before(Without(chain.Next, one));

    private static int Hash(string tenant, string subject, string data) =>
        HashCode.Combine(tenant.GetHashCode(), subject.GetHashCode(), data.GetHashCode()) & int.MaxValue;

    // Readers go on with the buckets they have; what they miss, they would have missed a moment earlier.
    private void Rebuild(int length, Predicate<GrantEntry> keep)
    {
        var (rebuilt, count) = (new GrantEntry?[length], 0);
        foreach (var bucket in _buckets)
        {
            for (var entry = bucket; entry is not null; entry = entry.Next)
            {
                if (keep(entry))
                {
                    ref var place = ref rebuilt[entry.Hash & (length - 1)];
                    place = entry.Before(place);
                    count++;
                }
            }
        }

        _buckets = rebuilt;
        Volatile.Write(ref _count, count);
    }

    private static DateTimeOffset OverAt(AccessGrant grant, DateTimeOffset? heardAt) =>
        grant.State is GrantState.Ended or GrantState.GivenBack or GrantState.Exhausted or GrantState.Revoked && heardAt < grant.EndsAt ? heardAt.Value : grant.EndsAt;

    /// <summary>Keeps only the texts of the grants that are left.</summary>
    private void PoolAgain()
    {
        _texts.Clear();
        _actions.Clear();
        foreach (var bucket in _buckets)
        {
            for (var entry = bucket; entry is not null; entry = entry.Next)
            {
                Pool(entry.TenantId);
                Pool(entry.Subject);
                Pool(entry.Region);
                Pool(entry.Purpose);
                Array.ForEach(entry.Actions, action => Pool(action));
                _actions.TryAdd(Key(entry.Actions), entry.Actions);
            }
        }
    }

    /// <summary>The same with texts that many grants have in common held once.</summary>
    private AccessGrant Pool(AccessGrant grant) => grant with
    {
        TenantId = Pool(grant.TenantId),

        // A copy, so that it lies beside what is made next.
        DataId = new(grant.DataId.AsSpan()),
        Subject = Pool(grant.Subject),
        Region = Pool(grant.Region),
        Purpose = Pool(grant.Purpose),
        Actions = Pool(grant.Actions),
    };

    private string Pool(string text) => _texts.TryGetValue(text, out var pooled) ? pooled : _texts[text] = text;

    private static string Key(IReadOnlyList<string> actions) => string.Join('\n', actions);

    private string[] Pool(IReadOnlyList<string> actions)
    {
        var key = Key(actions);
        return _actions.TryGetValue(key, out var pooled) ? pooled : _actions[key] = [.. actions.Select(Pool)];
    }
}
