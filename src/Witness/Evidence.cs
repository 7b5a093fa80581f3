using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Sovereignty.TransparencyLog;

namespace Sovereignty.Witness;

/// <summary>
/// Checkpoints that the log's key signed and this witness refused, a file each. A fork stands apart, stays, and has its own
/// room: only the key's holder can make one. Of the others, which anybody can offer with a bad proof, the newest stay.
/// </summary>
internal sealed class Evidence(string folder, int most, TimeProvider time)
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>Keeps what was refused, once.</summary>
    /// <param name="request">The refused request.</param>
    /// <param name="fromTheLog">Its checkpoint with the signatures of the log alone.</param>
    /// <param name="held">The checkpoint that is held.</param>
    /// <param name="fork">Whether the two prove a fork.</param>
    /// <param name="verdict">The decision.</param>
    /// <returns>The file, or null where nothing was written.</returns>
    public string? Keep(AddCheckpointRequest request, SignedNote fromTheLog, SignedNote? held, bool fork, Verdict verdict)
    {
        var kind = Path.Combine(folder, fork ? "forks" : "refused");
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(request.Note.Text)))[..16];
        var path = Path.Combine(kind, $"{request.Checkpoint.Size}-{hash}.json");
        if (File.Exists(path) || !MakeRoom(kind, fork))
        {
            return null;
        }

        DurableFile.Create(path, JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                RefusedAt = time.GetUtcNow(),
                Verdict = verdict.ToString(),
                request.OldSize,
                Proof = request.Proof.Select(hash => hash.ToBase64()),
                Offered = fromTheLog.ToString(),
                Held = held?.ToString(),
            },
            Readable));
        return path;
    }

    private bool MakeRoom(string kind, bool fork)
    {
        var files = Directory.Exists(kind) ? Directory.GetFiles(kind) : [];
        if (files.Length < most)
        {
            return true;
        }

        if (fork || most == 0)
        {
            return false;
        }

        foreach (var oldest in files.OrderBy(File.GetLastWriteTimeUtc).Take(files.Length - most + 1))
        {
            File.Delete(oldest);
        }

        return true;
    }
}
