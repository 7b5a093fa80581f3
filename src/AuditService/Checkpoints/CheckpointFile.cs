using System.Text;
using System.Text.Json;
using Sovereignty.TransparencyLog;

namespace Sovereignty.AuditService.Checkpoints;

/// <summary>
/// Signed checkpoints, outside the database: a line of JSON each, with when it was signed. Whoever cuts the database back, or
/// restores an old one, contradicts this file. All of the last day are there, and of the time before the first of each hour. A
/// line that broke off says nothing, and harms no other.
/// </summary>
internal sealed class CheckpointFile(string path)
{
    private const int Tail = 64 * 1024;
    private static readonly TimeSpan KeptWhole = TimeSpan.FromDays(1);
    private static readonly TimeSpan ThinningPause = TimeSpan.FromHours(1);
    private static readonly JsonSerializerOptions Form = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    private DateTimeOffset? _thinnedAt;

    public void Append(SignedNote note, DateTimeOffset now) =>
        DurableFile.AppendLine(path, JsonSerializer.SerializeToUtf8Bytes(new Line(now, note.ToString()), Form));

    /// <summary>Leaves of the checkpoints before the last day the first of each hour; looks once an hour. The file is replaced in one step.</summary>
    /// <exception cref="IOException">The file is as it was.</exception>
    public void Thin(DateTimeOffset now)
    {
        if (now < _thinnedAt + ThinningPause)
        {
            return;
        }

        _thinnedAt = now;
        if (Kept(now).Count() == Lines().Count())
        {
            return;
        }

        // Of a rewrite that a crash cut short.
        foreach (var left in Directory.GetFiles(Path.GetDirectoryName(Path.GetFullPath(path))!, $"{Path.GetFileName(path)}.*.tmp"))
        {
            File.Delete(left);
        }

        DurableFile.Replace(path, stream =>
        {
            foreach (var line in Kept(now))
            {
                stream.Write(Encoding.Latin1.GetBytes($"{line}\n"));
            }
        });
    }

    /// <summary>The file as it is now, whatever is put in its place while it is read; null where there is none.</summary>
    public FileStream? Open() => File.Exists(path) ? new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete) : null;

    /// <summary>The checkpoints in the order they were written, and lines that are none; without those that broke off.</summary>
    public IEnumerable<string> Read()
    {
        using var stream = Open();
        foreach (var note in stream is null ? [] : Read(stream, 0, long.MaxValue))
        {
            yield return note;
        }
    }

    /// <summary>The same of a file that was opened before.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="upTo">Reads no further than this many bytes.</param>
    public static IEnumerable<string> Read(FileStream stream, long upTo) => Read(stream, 0, upTo);

    /// <summary>The newest checkpoint in the file that the key signed. Looks for it from the end.</summary>
    public Checkpoint? Newest(NoteVerifier verifier)
    {
        using var stream = Open();
        if (stream is null)
        {
            return null;
        }

        for (long tail = Tail; ; tail *= 2)
        {
            var from = Math.Max(0, stream.Length - tail);
            var newest = Read(stream, from, long.MaxValue).Skip(from == 0 ? 0 : 1).Select(text => Checkpoint(text, verifier)).OfType<Checkpoint>().MaxBy(checkpoint => checkpoint.Size);
            if (newest is not null || from == 0)
            {
                return newest;
            }
        }
    }

    private static Checkpoint? Checkpoint(string text, NoteVerifier verifier) =>
        SignedNote.Parse(Encoding.UTF8.GetBytes(text)) is { } note && note.Verify(verifier).Count > 0 ? TransparencyLog.Checkpoint.Parse(note.Text) : null;

    private static IEnumerable<string> Read(FileStream stream, long from, long upTo)
    {
        stream.Position = from;

        // Lines are ASCII, whole ones at least: a character for each byte.
        using var reader = new StreamReader(stream, Encoding.Latin1, detectEncodingFromByteOrderMarks: false, leaveOpen: true);
        var position = from;
        while (position < upTo && reader.ReadLine() is { } line && (position += line.Length) <= upTo)
        {
            position++;
            if (Parse(line) is { } parsed)
            {
                yield return parsed.Note;
            }
            else if (!BrokeOff(line))
            {
                yield return line;
            }
        }
    }

    private IEnumerable<string> Lines() => File.ReadLines(path, Encoding.Latin1);

    // What has no time, as lines had none once, stays.
    private IEnumerable<string> Kept(DateTimeOffset now)
    {
        var hours = new HashSet<long>();
        return Lines().Where(line => Parse(line)?.SignedAt is not { } at || at > now - KeptWhole || hours.Add(at.UtcTicks / TimeSpan.TicksPerHour));
    }

    private static Line? Parse(string line)
    {
        try
        {
            return line.StartsWith('"')
                ? JsonSerializer.Deserialize<string>(line) is { } note ? new(null, note) : null
                : JsonSerializer.Deserialize<Line>(line, Form) is { Note: not null } parsed ? parsed : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool BrokeOff(string line) => line is "" or "\"" || line[^1] != (line[0] == '"' ? '"' : '}');

    private sealed record Line(DateTimeOffset? SignedAt, string Note);
}
