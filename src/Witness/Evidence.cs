using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Sovereignty.TransparencyLog;

namespace Sovereignty.Witness;

/// <summary>
/// Checkpoints that the log's key signed and this witness refused, a file each. A fork stands apart and has its own room:
/// only the key's holder can make one, whereas anybody can offer an old checkpoint or a bad proof.
/// </summary>
internal sealed class Evidence(string folder, int most, TimeProvider time)
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>Keeps what was refused, once, while there is room.</summary>
    /// <returns>The file, or null where nothing was written.</returns>
    public string? Keep(AddCheckpointRequest request, SignedNote? held, bool fork, Verdict verdict)
    {
        var kind = Path.Combine(folder, fork ? "forks" : "refused");
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(request.Note.Text)))[..16];
        var path = Path.Combine(kind, $"{request.Checkpoint.Size}-{hash}.json");
        if (File.Exists(path) || (Directory.Exists(kind) && Directory.EnumerateFiles(kind).Count() >= most))
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
                Offered = request.Note.ToString(),
                Held = held?.ToString(),
            },
            Readable));
        return path;
    }
}
