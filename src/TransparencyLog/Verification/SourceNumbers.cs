using System.Diagnostics.CodeAnalysis;

namespace Sovereignty.TransparencyLog.Verification;

/// <summary>
/// Whether the log has every event that the platform's services published: each numbers its own from 1 without a gap, so that
/// one that is not there is known by its number. Fed in the order of the log. Memory grows with what is missing, not with the log.
/// Not thread-safe.
/// </summary>
/// <param name="grace">How long a number may be away while later ones of its source are there: it can still be on its way.</param>
public sealed class SourceNumbers(TimeSpan? grace = null)
{
    /// <summary>How long a number may be away, where nothing else is said.</summary>
    public static readonly TimeSpan DefaultGrace = TimeSpan.FromMinutes(5);

    private const int MostRepeats = 100;

    // Anybody else may put any number on what he publishes.
    private static readonly HashSet<string> Services = ["region-service", "policy-service", "access-service", "audit-service"];

    private readonly TimeSpan _grace = grace ?? DefaultGrace;
    private readonly SortedDictionary<string, NumberSequence> _sources = new(StringComparer.Ordinal);
    private readonly List<RepeatedNumber> _repeats = [];
    private DateTimeOffset _newest = DateTimeOffset.MinValue;

    /// <summary>How many numbers stand at more than one entry.</summary>
    public long RepeatCount { get; private set; }

    /// <summary>The first of them.</summary>
    public IReadOnlyList<RepeatedNumber> Repeats => _repeats;

    /// <summary>How many numbers are not there yet and may still come.</summary>
    public long InFlight => Ranges().Where(range => !IsOverdue(range)).Aggregate(0L, (sum, range) => sum + Math.Min(range.Last - range.First + 1, long.MaxValue - sum));

    /// <summary>Whether it is a number of one of the platform's services.</summary>
    /// <param name="source">Who published it.</param>
    /// <param name="number">The source's number for it; null where it has none.</param>
    /// <returns>False where it says nothing of what is missing.</returns>
    public static bool IsNumbered([NotNullWhen(true)] string? source, [NotNullWhen(true)] long? number) =>
        source is not null && number is > 0 and < long.MaxValue && Services.Contains(source);

    /// <summary>Takes the next entry of the log.</summary>
    /// <param name="index">Its index.</param>
    /// <param name="source">Who published it.</param>
    /// <param name="number">The source's number for it; null where it has none.</param>
    /// <param name="receivedAt">When the log received it.</param>
    public void Take(long index, string? source, long? number, DateTimeOffset receivedAt)
    {
        _newest = receivedAt > _newest ? receivedAt : _newest;
        if (!IsNumbered(source, number))
        {
            return;
        }

        if (!_sources.TryGetValue(source, out var numbers))
        {
            _sources[source] = numbers = new(source);
        }

        if (!numbers.Take(index, number.Value, receivedAt))
        {
            RepeatCount++;
            if (_repeats.Count < MostRepeats)
            {
                _repeats.Add(new(source, number.Value, index));
            }
        }
    }

    /// <summary>What is missing and can no longer be on its way, by source and number.</summary>
    /// <returns>Ranges of numbers.</returns>
    public IReadOnlyList<MissingNumbers> Missing() => [.. Ranges().Where(IsOverdue)];

    private IEnumerable<MissingNumbers> Ranges() => _sources.Values.SelectMany(source => source.Missing);

    private bool IsOverdue(MissingNumbers range) => _newest - range.MissedAt > _grace;
}

/// <summary>Numbers of a source that are not in the log, though later ones are.</summary>
/// <param name="Source">Who gave them.</param>
/// <param name="First">The first of them.</param>
/// <param name="Last">The last of them.</param>
/// <param name="MissedIndex">The entry with the later number.</param>
/// <param name="MissedAt">When the log received it.</param>
/// <param name="InPart">Some of them are there: so many are missing that not each is told.</param>
public sealed record MissingNumbers(string Source, long First, long Last, long MissedIndex, DateTimeOffset MissedAt, bool InPart = false);

/// <summary>A number that a source gave twice.</summary>
/// <param name="Source">Who gave it.</param>
/// <param name="Number">The number.</param>
/// <param name="Index">The later entry with it.</param>
public sealed record RepeatedNumber(string Source, long Number, long Index);
