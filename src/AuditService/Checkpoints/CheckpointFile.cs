using System.Text;
using System.Text.Json;
using Sovereignty.AuditService.Keys;
using Sovereignty.TransparencyLog;

namespace Sovereignty.AuditService.Checkpoints;

/// <summary>
/// Every signed checkpoint, outside the database: a JSON string on each line. Whoever cuts the database back, or restores an
/// old one, contradicts this file.
/// </summary>
internal sealed class CheckpointFile(string path)
{
    public void Append(SignedNote note) =>
        DurableFile.Append(path, Encoding.UTF8.GetBytes(JsonSerializer.Serialize(note.ToString()) + "\n"));

    /// <summary>Bytes in the file now.</summary>
    public long Length => File.Exists(path) ? new FileInfo(path).Length : 0;

    /// <summary>The checkpoints in the order they were written. A last line that broke off is left out.</summary>
    /// <param name="upTo">Reads no further than this many bytes.</param>
    public IEnumerable<string> Read(long upTo = long.MaxValue)
    {
        if (!File.Exists(path))
        {
            yield break;
        }

        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        var bytes = 0L;
        while (reader.ReadLine() is { } line && (bytes += Encoding.UTF8.GetByteCount(line) + 1) <= upTo)
        {
            string? note;
            try
            {
                note = JsonSerializer.Deserialize<string>(line);
            }
            catch (JsonException)
            {
                note = null;
            }

            if (note is not null)
            {
                yield return note;
            }
            else if (!reader.EndOfStream)
            {
                yield return line;
            }
        }
    }

    /// <summary>The newest checkpoint in the file that the key signed.</summary>
    public Checkpoint? Newest(NoteVerifier verifier)
    {
        Checkpoint? newest = null;
        foreach (var text in Read())
        {
            if (SignedNote.Parse(Encoding.UTF8.GetBytes(text)) is { } note && note.Verify(verifier).Count > 0
                && Checkpoint.Parse(note.Text) is { } checkpoint && checkpoint.Size >= (newest?.Size ?? 0))
            {
                newest = checkpoint;
            }
        }

        return newest;
    }
}
