namespace Sovereignty.Evaluation.Table;

/// <summary>Names, numbered in the order in which they come.</summary>
internal sealed class Numbers
{
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);

    public Numbers(IEnumerable<string?> names, int first = 0)
    {
        foreach (var name in names.OfType<string>())
        {
            _numbers.TryAdd(name, first + _numbers.Count);
        }
    }

    public int Count => _numbers.Count;

    /// <summary>In the order of their numbers.</summary>
    public IEnumerable<string> Names => _numbers.Keys;

    public int? Find(string? name) => name is not null && _numbers.TryGetValue(name, out var number) ? number : null;

    public NameTable<int> ToTable() => new(_numbers);
}
