using System.Runtime.InteropServices;

namespace Sovereignty.Evaluation.Table;

/// <summary>Rows one after another, equal ones once.</summary>
internal sealed class RowSet
{
    private readonly Dictionary<string, int> _offsets = new(StringComparer.Ordinal);
    private readonly List<ushort> _cells = [];

    /// <returns>Where it begins.</returns>
    public int Add(ReadOnlySpan<ushort> row)
    {
        // A row is an ordinal text to the dictionary, which so compares its cells.
        var known = _offsets.GetAlternateLookup<ReadOnlySpan<char>>();
        var text = MemoryMarshal.Cast<ushort, char>(row);
        if (!known.TryGetValue(text, out var offset))
        {
            offset = _cells.Count;
            _cells.AddRange(row);
            known[text] = offset;
        }

        return offset;
    }

    public ushort[] Cells(Func<ushort, int> cell) => [.. _cells.Select(value => checked((ushort)cell(value)))];
}
