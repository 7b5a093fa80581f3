namespace Sovereignty.Evaluation.Simulation;

/// <summary>What starts or ends at a moment means this for what is stored, against the moment before.</summary>
public sealed record UpcomingChange(DateTimeOffset At, SimulationDifference Difference);

public static class Upcoming
{
    /// <summary>The moments until an end at which something starts or ends, and stored data is judged otherwise.</summary>
    /// <param name="current">What is in force.</param>
    /// <param name="until">The last moment that counts.</param>
    /// <param name="cells">What is stored.</param>
    /// <param name="most">How many moments are looked at.</param>
    /// <returns>The changes in order of time, and the first moment that was not looked at; null where all were.</returns>
    public static (IReadOnlyList<UpcomingChange> Changes, DateTimeOffset? StoppedAt) Find(PolicySnapshot current, DateTimeOffset until, IReadOnlyList<CorpusCell> cells, int most)
    {
        var changes = new List<UpcomingChange>();
        var before = current;
        var next = current.NextBoundary(current.AsOf);
        for (var looked = 0; next <= until; looked++)
        {
            if (looked == most)
            {
                return (changes, next);
            }

            var after = current.At(next.Value);
            var difference = WhatIf.Compare(before, after, cells);
            if (difference.Changed.Count > 0)
            {
                changes.Add(new(next.Value, difference));
            }

            (before, next) = (after, current.NextBoundary(next.Value));
        }

        return (changes, null);
    }
}
