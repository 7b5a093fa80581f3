using System.Security.Cryptography;
using System.Text;
using Sovereignty.TransparencyLog.Policy;

namespace Sovereignty.TransparencyLog.Tests;

/// <summary>A log as files, written from entries by the formats, to be verified and tampered with.</summary>
internal sealed class LogFolder
{
    public const string Origin = "log.example/audit";

    public static readonly NoteSigner Signer = new(Origin, SHA256.HashData("log"u8));
    public static readonly Witness[] Witnesses = [new("operator.example/w"), new("customer.example/w"), new("regulator.example/w")];

    public static readonly string Policy = $"""
        log {Signer.Verifier}
        witness operator {Witnesses[0].Verifier}
        witness customer {Witnesses[1].Verifier}
        witness regulator {Witnesses[2].Verifier}
        group outsiders any customer regulator
        group both all operator outsiders
        quorum both

        """;

    public static byte[] Entry(long index, string variant = "") => new LogEntry
    {
        Id = $"{index:x8}-0000-7000-8000-{index:x12}{variant}",
        Type = index % 3 == 0 ? "Sovereignty.Contracts.Data:DataCreated" : "Sovereignty.Contracts.Residency:ResidencyDecided",
        Tenant = index % 2 == 0 ? "acme" : "globex",
        Source = "policy-service",
        Number = index + 1,
        OccurredAt = DateTimeOffset.UnixEpoch.AddSeconds(1_790_000_000 + index),
        ReceivedAt = DateTimeOffset.UnixEpoch.AddSeconds(1_790_000_001 + index),
        ContentType = "application/vnd.masstransit+json",
        KeyId = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes($"key {index % 100}"))),
        Commitment = MerkleHash.Leaf(Encoding.ASCII.GetBytes($"body {index}")),
    }.Write()!;

    /// <summary>All files of a log by their path.</summary>
    public static Dictionary<string, byte[]> Write(IReadOnlyList<byte[]> entries, params ReadOnlySpan<int> cosigners)
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal) { ["policy"] = Encoding.UTF8.GetBytes(Policy) };
        var (edge, completed) = (new RightEdge(), new List<Tile>());
        foreach (var entry in entries)
        {
            edge.Append(MerkleHash.Leaf(entry), completed);
        }

        foreach (var tile in completed)
        {
            files[new TilePath(tile.Level, tile.Index, Tile.Width).ToString()] = tile.Hashes;
        }

        for (var level = 0; TilePath.HashesAt(level, entries.Count) > 0; level++)
        {
            if (edge.Partial(level) is { Count: > 0 } partial)
            {
                files[TilePath.InTree(level, TilePath.HashesAt(level, entries.Count) / Tile.Width, entries.Count)!.Value.ToString()] = Tile.Pack(partial);
            }
        }

        for (var first = 0; first < entries.Count; first += Tile.Width)
        {
            var bundle = entries.Skip(first).Take(Tile.Width).Select(entry => (ReadOnlyMemory<byte>)entry).ToList();
            files[new TilePath(null, first / Tile.Width, bundle.Count).ToString()] = EntryBundle.Write(bundle);
        }

        files["checkpoint"] = Encoding.UTF8.GetBytes(Sign(new Checkpoint(Origin, entries.Count, edge.Root()).ToText(), cosigners).ToString());
        return files;
    }

    public static SignedNote Sign(string text, params ReadOnlySpan<int> cosigners)
    {
        var note = SignedNote.Sign(text, Signer);
        foreach (var cosigner in cosigners)
        {
            note = note.With(Witnesses[cosigner].Cosign(text));
        }

        return note;
    }

    public static TlogPolicy ReadPolicy() => TlogPolicy.Parse(Encoding.UTF8.GetBytes(Policy));
}
