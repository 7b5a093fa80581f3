using System.Numerics;
using System.Runtime.InteropServices;

namespace Sovereignty.Evaluation.Table;

/// <summary>
/// What names stand for, found in fewer steps than the general dictionaries take: names of one kind take the same steps,
/// whatever their lengths, and few share a place, so that the processor foresees every branch. Ordinal, never changed.
/// </summary>
internal sealed class NameTable<T>
    where T : struct
{
    private const int AtOnce = sizeof(ulong) / sizeof(char);
    private const int Room = 4;

    private readonly Entry[] _entries;

    public NameTable(IReadOnlyCollection<KeyValuePair<string, T>> names)
    {
        _entries = new Entry[BitOperations.RoundUpToPowerOf2((uint)(Room * names.Count) + 1)];
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
        var hash = BitOperations.Crc32C(0, (uint)name.Length);
        var last = name.Length - AtOnce;
        if (last < 0)
        {
            foreach (var character in name)
            {
                hash = BitOperations.Crc32C(hash, character);
            }

            return hash;
        }

        hash = BitOperations.Crc32C(hash, Read(name, 0));
        hash = BitOperations.Crc32C(hash, Read(name, Math.Min(AtOnce, last)));
        hash = BitOperations.Crc32C(hash, Read(name, Math.Min(2 * AtOnce, last)));
        for (var i = 3 * AtOnce; i < last; i += AtOnce)
        {
            hash = BitOperations.Crc32C(hash, Read(name, i));
        }

        return BitOperations.Crc32C(hash, Read(name, last));
    }

    private static ulong Read(string name, int start) => MemoryMarshal.Read<ulong>(MemoryMarshal.AsBytes(name.AsSpan(start, AtOnce)));

    private readonly record struct Entry(string? Name, uint Hash, T Value);
}
