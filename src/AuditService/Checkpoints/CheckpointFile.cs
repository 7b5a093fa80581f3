using System.Text;
using System.Text.Json;
using Sovereignty.TransparencyLog;

namespace Sovereignty.AuditService.Checkpoints;

/// <summary>
/// Every signed checkpoint, outside the database: a JSON string on each line. Whoever cuts the database back, or restores an
/// old one, contradicts this file. A line that broke off says nothing, and harms no other.
/// </summary>
internal sealed class CheckpointFile(string path)
{
    private const int Tail = 64 * 1024;

    public void Append(SignedNote note) =>
        DurableFile.AppendLine(path, Encoding.ASCII.GetBytes(JsonSerializer.Serialize(note.ToString())));

    /// <summary>Bytes in the file now.</summary>
    public long Length => File.Exists(path) ? new FileInfo(path).Length : 0;

    /// <summary>The checkpoints in the order they were written, and lines that are none; without those that broke off.</summary>
    /// <param name="upTo">Reads no further than this many bytes.</param>
    public IEnumerable<string> Read(long upTo = long.MaxValue) => File.Exists(path) ? Read(0, upTo) : [];

    /// <summary>The newest checkpoint in the file that the key signed. Looks for it from the end.</summary>
    public Checkpoint? Newest(NoteVerifier verifier)
    {
        for (long tail = Tail; ; tail *= 2)
        {
            var from = Math.Max(0, Length - tail);
            var newest = (from == 0 ? Read() : Read(from, long.MaxValue).Skip(1)).Select(text => Checkpoint(text, verifier)).OfType<Checkpoint>().MaxBy(checkpoint => checkpoint.Size);
            if (newest is not null || from == 0)
            {
                return newest;
            }
        }
    }

    private static Checkpoint? Checkpoint(string text, NoteVerifier verifier) =>
        SignedNote.Parse(Encoding.UTF8.GetBytes(text)) is { } note && note.Verify(verifier).Count > 0 ? TransparencyLog.Checkpoint.Parse(note.Text) : null;

    private IEnumerable<string> Read(long from, long upTo)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        stream.Position = from;

        // Lines are ASCII, whole ones at least: a character for each byte.
        using var reader = new StreamReader(stream, Encoding.Latin1, detectEncodingFromByteOrderMarks: false);
        var position = from;
        while (position < upTo && reader.ReadLine() is { } line && (position += line.Length) <= upTo)
        {
            position++;
            if (Parse(line) is { } note)
            {
                yield return note;
            }
            else if (!BrokeOff(line))
            {
                yield return line;
            }
        }
    }

    private static string? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<string>(line);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool BrokeOff(string line) => line is "" or "\"" || line[^1] != '"';
}
