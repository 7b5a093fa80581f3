namespace Sovereignty.TransparencyLog.Verification;

/// <summary>
/// The numbers of one source, taken in any order: which are not there though later ones are, and which came before. Memory grows
/// with what is missing, and only so far. Not thread-safe.
/// </summary>
/// <param name="source">Who gives the numbers.</param>
public sealed class NumberSequence(string source)
{
    private const int MostRanges = 10_000;

    // Ascending, and none touches another.
    private readonly List<MissingNumbers> _missing = [];

    /// <summary>Goes on from where another one was.</summary>
    /// <param name="source">Who gives the numbers.</param>
    /// <param name="next">Its <see cref="Next"/>.</param>
    /// <param name="forgottenUpTo">Its <see cref="ForgottenUpTo"/>.</param>
    /// <param name="missing">Its <see cref="Missing"/>.</param>
    public NumberSequence(string source, long next, long forgottenUpTo, IEnumerable<MissingNumbers> missing)
        : this(source)
    {
        Next = next;
        ForgottenUpTo = forgottenUpTo;
        _missing.AddRange(missing);
    }

    /// <summary>Who gives the numbers.</summary>
    public string Source => source;

    /// <summary>One more than the highest number there is.</summary>
    public long Next { get; private set; } = 1;

    /// <summary>Up to this number it is not known of each whether it is there, because too many were missing.</summary>
    public long ForgottenUpTo { get; private set; }

    /// <summary>What is not there, ascending.</summary>
    public IReadOnlyList<MissingNumbers> Missing => _missing;

    /// <summary>Takes a number.</summary>
    /// <param name="index">The entry that has it.</param>
    /// <param name="number">The number, at least 1.</param>
    /// <param name="receivedAt">When the log received it.</param>
    /// <returns>False where the number was taken before.</returns>
    public bool Take(long index, long number, DateTimeOffset receivedAt)
    {
        if (number >= Next)
        {
            if (number > Next)
            {
                _missing.Add(new(source, Next, number - 1, index, receivedAt));
                Trim();
            }

            Next = number + 1;
            return true;
        }

        var at = Find(number);
        if (at < 0)
        {
            return number <= ForgottenUpTo;
        }

        var range = _missing[at];
        _missing.RemoveAt(at);
        if (number < range.Last)
        {
            _missing.Insert(at, range with { First = number + 1 });
        }

        if (number > range.First)
        {
            _missing.Insert(at, range with { Last = number - 1 });
        }

        Trim();
        return true;
    }

    // A log that lacks every second number says so without remembering each: the oldest ranges become one.
    private void Trim()
    {
        if (_missing.Count > MostRanges)
        {
            ForgottenUpTo = Math.Max(ForgottenUpTo, _missing[1].Last);
            _missing[0] = _missing[0] with { Last = _missing[1].Last, InPart = true };
            _missing.RemoveAt(1);
        }
    }

    private int Find(long number)
    {
        var (low, high) = (0, _missing.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (number < _missing[middle].First)
            {
                high = middle - 1;
            }
            else if (number > _missing[middle].Last)
            {
                low = middle + 1;
            }
            else
            {
                return middle;
            }
        }

        return -1;
    }
}
