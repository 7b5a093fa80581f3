using System.Text;
using Sovereignty.TransparencyLog;

namespace Sovereignty.Witness;

/// <summary>
/// The newest checkpoint of a log, in a file: the note as the log signed it, with this witness's cosignature once that is
/// made; the origin alone where nothing was cosigned yet. So a file that is not there is a loss, never a beginning.
/// </summary>
internal sealed class LogState(string path, string origin, IReadOnlyList<NoteVerifier> keys)
{
    public bool Exists => File.Exists(path);

    public void Begin() => DurableFile.Create(path, Encoding.UTF8.GetBytes(Beginning));

    public void Write(SignedNote note) => DurableFile.Replace(path, Encoding.UTF8.GetBytes(note.ToString()));

    /// <summary>Reads the note; null where nothing was cosigned yet.</summary>
    /// <exception cref="InvalidDataException">The file is not there or is not what was written.</exception>
    public SignedNote? Read()
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidDataException("The file of the newest checkpoint is not there, though one was begun.");
        }

        if (bytes.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(Beginning)))
        {
            return null;
        }

        return SignedNote.Parse(bytes) is { } note && Checkpoint.Parse(note.Text)?.Origin == origin && note.Verify(keys).Count > 0
            ? note
            : throw new InvalidDataException("The file of the newest checkpoint is damaged.");
    }

    private string Beginning => origin + "\n";
}
