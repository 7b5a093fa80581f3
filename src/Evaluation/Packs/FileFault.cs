namespace Sovereignty.Evaluation.Packs;

/// <summary>Something wrong in a file, where, and what to do about it.</summary>
/// <param name="Place">JSON pointer (RFC 6901); empty for the whole.</param>
public sealed record FileFault(string Place, FilePosition Position, string Message);

/// <summary>Line and column in characters, both from 1.</summary>
public readonly record struct FilePosition(int Line, int Column)
{
    public override string ToString() => $"{Line}:{Column}";
}
