using System.Globalization;
using System.Net;
using System.Text.Json;
using Sovereignty.Cli.Access;
using Sovereignty.TransparencyLog;
using Sovereignty.TransparencyLog.Verification;

namespace Sovereignty.Cli.Audit;

/// <summary><c>audit proof</c>: the entry's bytes for whoever may read them, the tiles and the checkpoint that are for everyone.</summary>
internal static class ProofRun
{
    public static async Task<int> Run(string name, string person, FileInfo? output, CancellationToken ct)
    {
        using var client = await Platform.Load().SignIn(person);
        var files = new HttpLogFiles(client, new Uri(client.BaseAddress!, LogPlace.PathAtGateway));
        try
        {
            var (index, entry) = await FindEntry(client, files, name, ct);
            var proof = await Prove(files, index, entry, ct);
            var path = output?.FullName ?? Path.GetFullPath(string.Create(CultureInfo.InvariantCulture, $"entry-{index}.tlog-proof"));
            await File.WriteAllTextAsync(path, proof.ToString(), ct);
            Console.WriteLine(path);
            return 0;
        }
        catch (IOException exception)
        {
            throw new PlatformException($"The log cannot be read: {exception.Message}");
        }
    }

    /// <summary>Makes the proof of an entry, and checks it.</summary>
    public static async Task<TlogProof> Prove(ILogFiles files, long index, byte[] entry, CancellationToken ct)
    {
        var note = SignedNote.Parse(await files.Read("checkpoint", ct) ?? []);
        if (note is null || Checkpoint.Parse(note.Text) is not { } checkpoint)
        {
            throw new RefusedException("The log's checkpoint is not one. Verify the log: ./sov audit verify");
        }

        if (index >= checkpoint.Size)
        {
            throw new PlatformException($"The newest signed checkpoint covers {checkpoint.Size:N0} entries, and this is number {index}. Try again in a second.");
        }

        var tree = new TileTree(checkpoint.Size, async (tile, cancel) => await files.Read(tile.ToString(), cancel) ?? throw new IOException($"{tile} is not there."));
        var proof = new TlogProof(index, await tree.InclusionProof(index, ct), note) { Extra = entry };
        return proof.Includes(entry) ? proof : throw new RefusedException($"Entry {index} is not in the tree of the log's checkpoint. Verify the log: ./sov audit verify");
    }

    private static async Task<(long Index, byte[] Entry)> FindEntry(HttpClient client, HttpLogFiles files, string name, CancellationToken ct)
    {
        var byIndex = long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index);
        using var response = await client.GetAsync($"/access/audit/entries?{(byIndex ? "index" : "id")}={Uri.EscapeDataString(name)}", ct);
        if (response.StatusCode == HttpStatusCode.OK)
        {
            var items = (await response.Read<JsonElement>()).GetProperty("items").EnumerateArray().ToList();
            return items is [var item]
                ? (item.GetProperty("index").GetInt64(), item.GetProperty("entry").GetBytesFromBase64())
                : throw new RefusedException($"Entries {string.Join(", ", items.Select(several => several.GetProperty("index").GetInt64()))} have this message id. Name one by its index.");
        }

        // Operators read the bundles of every tenant, but not their search.
        if (byIndex && response.StatusCode == HttpStatusCode.NotFound && await FromBundle(files, index, ct) is { } entry)
        {
            return (index, entry);
        }

        throw new RefusedException(Refusal.Describe(response.StatusCode, await response.Content.ReadAsStringAsync(ct)));
    }

    private static async Task<byte[]?> FromBundle(HttpLogFiles files, long index, CancellationToken ct)
    {
        try
        {
            var size = SignedNote.Parse(await files.Read("checkpoint", ct) ?? []) is { } note && Checkpoint.Parse(note.Text) is { } checkpoint ? checkpoint.Size : 0;
            return TilePath.InTree(null, index / Tile.Width, size) is { } path && await files.Read(path.ToString(), ct) is { } bundle
                && EntryBundle.Read(bundle, path.Width) is { } entries && index % Tile.Width < path.Width
                ? entries[(int)(index % Tile.Width)].ToArray()
                : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
