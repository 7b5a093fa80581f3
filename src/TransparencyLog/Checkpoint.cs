using System.Globalization;

namespace Sovereignty.TransparencyLog;

/// <summary>What a log commits to, C2SP tlog-checkpoint: its name, its size and its root.</summary>
/// <param name="Origin">The log's name: a fixed one, never derived from an address.</param>
/// <param name="Size">Leaves of the tree.</param>
/// <param name="Root">Root of the tree.</param>
public sealed record Checkpoint(string Origin, long Size, MerkleHash Root)
{
    /// <summary>Lines after the root, which this log never writes but readers must accept.</summary>
    public IReadOnlyList<string> Extensions { get; init; } = [];

    /// <summary>The text that is signed.</summary>
    /// <returns>Three lines or more, each ended by a newline.</returns>
    public string ToText() =>
        string.Concat($"{Origin}\n{Size.ToString(CultureInfo.InvariantCulture)}\n{Root.ToBase64()}\n", string.Concat(Extensions.Select(line => line + "\n")));

    /// <summary>Reads a checkpoint's text.</summary>
    /// <param name="text">The text, without signatures.</param>
    /// <returns>The checkpoint, or null where the text is none.</returns>
    public static Checkpoint? Parse(string text)
    {
        var lines = text.Split('\n');
        if (lines.Length < 4 || lines[^1].Length != 0 || lines[..^1].Any(line => line.Length == 0)
            || !long.TryParse(lines[1], NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            || lines[1] != size.ToString(CultureInfo.InvariantCulture)
            || StrictBase64.Decode(lines[2]) is not { Length: MerkleHash.Length } root)
        {
            return null;
        }

        return new Checkpoint(lines[0], size, new MerkleHash(root)) { Extensions = lines[3..^1] };
    }
}
