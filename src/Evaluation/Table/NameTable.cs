using System.Numerics;
using System.Runtime.InteropServices;

namespace Sovereignty.Evaluation.Table;

/// <summary>What names stand for, found in fewer steps than the general dictionaries take; the names are ordinal and never change.</summary>
internal sealed class NameTable<T>
    where T : struct
{
    private const int CharactersAtOnce = sizeof(ulong) / sizeof(char);

    private readonly Entry[] _entries;

    public NameTable(IReadOnlyCollection<KeyValuePair<string, T>> names)
    {
        _entries = new Entry[BitOperations.RoundUpToPowerOf2((uint)(2 * names.Count) + 1)];
        foreach (var (name, value) in names)
        {
            var hash = Hash(name);
            var i = hash & (_entries.Length - 1);
            while (_entries[i].Name is not null)
            {
                i = (i + 1) & (_entries.Length - 1);
            }

            _entries[i] = new(name, hash, value);
        }
    }

    public T Find(string name, T otherwise)
    {
        var entries = _entries;
        var hash = Hash(name);
        for (var i = (int)hash & (entries.Length - 1); ; i = (i + 1) & (entries.Length - 1))
        {
            ref readonly var entry = ref entries[i];
            if (entry.Name is null)
            {
                return otherwise;
            }

            if (entry.Hash == hash && string.Equals(entry.Name, name))
            {
                return entry.Value;
            }
        }
    }

    private static uint Hash(string name)
    {
        var hash = (uint)name.Length;
        var rest = name.AsSpan();
        for (; rest.Length >= CharactersAtOnce; rest = rest[CharactersAtOnce..])
        {
            hash = BitOperations.Crc32C(hash, MemoryMarshal.Read<ulong>(MemoryMarshal.AsBytes(rest)));
        }

        foreach (var character in rest)
        {
            hash = BitOperations.Crc32C(hash, character);
        }

        return hash;
    }

    private readonly record struct Entry(string? Name, uint Hash, T Value);
}
