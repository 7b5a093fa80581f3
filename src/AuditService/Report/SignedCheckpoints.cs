using System.Text;
using Npgsql;
using Sovereignty.AuditService.Indexing;
using Sovereignty.TransparencyLog;

namespace Sovereignty.AuditService.Report;

/// <summary>The checkpoints that were signed.</summary>
internal sealed class SignedCheckpoints(AuditDatabase database, IndexedLog indexed, NoteSigner signer)
{
    /// <param name="size">Its size; null for the newest.</param>
    /// <param name="ct">Cancels the search.</param>
    /// <returns>The checkpoint, or null where none of that size was signed, or none that the search table has reached; and whether one was signed.</returns>
    public async Task<(ReportCheckpoint? Checkpoint, bool IsSigned)> Find(long? size, CancellationToken ct)
    {
        await using var command = database.Read.CreateCommand(
            $"SELECT c.note, h.size, c.size <= $1 FROM audit.checkpoints AS c CROSS JOIN audit.head AS h WHERE h.id = 1 {(size is null ? "ORDER BY c.size <= $1 DESC, c.size DESC LIMIT 1" : "AND c.size = $2")}");
        command.Parameters.Add(new() { Value = (await indexed.CatchUp(ct)).Indexed });
        if (size is not null)
        {
            command.Parameters.Add(new() { Value = size });
        }

        await using var reader = await command.ExecuteReaderAsync(ct);
        return !await reader.ReadAsync(ct) ? (null, false) : (reader.GetBoolean(2) ? Read(reader) : null, true);
    }

    private ReportCheckpoint Read(NpgsqlDataReader reader)
    {
        var text = reader.GetString(0);
        return SignedNote.Parse(Encoding.UTF8.GetBytes(text)) is { } note
            && note.Verify(signer.Verifier).Count > 0
            && Checkpoint.Parse(note.Text) is { } checkpoint
            ? new ReportCheckpoint(checkpoint.Origin, checkpoint.Size, checkpoint.Root.ToBase64(), text, reader.GetInt64(1) - checkpoint.Size)
            : throw new InvalidDataException("A stored checkpoint is not one that this log signed. Run the audit verification.");
    }
}
