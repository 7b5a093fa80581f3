using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Sovereignty.AuditService.Checkpoints;
using Sovereignty.AuditService.Witnessing;
using Sovereignty.ServiceDefaults.Http;
using Sovereignty.ServiceDefaults.Identity;
using Sovereignty.TransparencyLog;

namespace Sovereignty.AuditService.LogTiles;

/// <summary>The log as C2SP tlog-tiles says. Hashes are for everyone. Entries are for the platform's operators: a bundle shows those of every tenant.</summary>
internal static class LogEndpoints
{
    private const string ForEver = "public, max-age=31536000, immutable";

    public static void MapLog(this IEndpointRouteBuilder app)
    {
        var log = app.MapGroup("/audit/log").WithTags("Audit log").WithMetadata(new WithoutUnitOfWork());
        log.MapGet("/checkpoint", GetCheckpoint).AllowAnonymous().WithSummary("The newest checkpoint that has its quorum of witnesses, C2SP tlog-checkpoint");
        log.MapGet("/policy", GetPolicy).AllowAnonymous().WithSummary("The log's key, its witnesses and their quorum, C2SP tlog-policy");
        log.MapGet("/key", GetKey).AllowAnonymous().WithSummary("The key that verifies checkpoints, C2SP signed-note");
        log.MapGet("/tile/entries/{**path}", GetEntries).RequireRoles(Roles.Operator).WithSummary("An entry bundle, C2SP tlog-tiles");
        log.MapGet("/tile/{level}/{**path}", GetTile).AllowAnonymous().WithSummary("A tile of hashes, C2SP tlog-tiles");
    }

    private static async Task<Results<ContentHttpResult, ProblemHttpResult>> GetCheckpoint(WitnessPolicy policy, CosignedCheckpoints checkpoints, HttpResponse response, CancellationToken ct)
    {
        response.Headers.CacheControl = "no-cache";
        try
        {
            return await (policy.AsksForWitnesses ? checkpoints.NewestWitnessed(ct) : checkpoints.ReadNewest(ct)) is { } newest
                ? TypedResults.Text(newest.ToString(), "text/plain; charset=utf-8")
                : policy.AsksForWitnesses
                    ? Problems.Problem(503, "quorum-missing", "No checkpoint has the cosignatures that the policy asks for yet. Try again in a second; if it stays, see /audit/log/policy for the witnesses.")
                    : Problems.Problem(503, "checkpoint-missing", "No checkpoint is signed yet. Try again in a second.");
        }
        catch (InvalidDataException damaged)
        {
            return Problems.Problem(503, "checkpoint-damaged", damaged.Message);
        }
    }

    private static FileContentHttpResult GetPolicy(WitnessPolicy policy) => TypedResults.Bytes(policy.Text, "text/plain; charset=utf-8");

    private static ContentHttpResult GetKey(NoteSigner signer) => TypedResults.Text($"{signer.Verifier}\n", "text/plain; charset=utf-8");

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> GetTile(string level, string path, AuditDatabase database, HttpResponse response, CancellationToken ct)
    {
        await using var connection = await database.Read.OpenConnectionAsync(ct);
        return await Find(connection, $"tile/{level}/{path}", ct) is { Level: not null } tile
            ? Bytes(response, tile, (await TileReader.Read(connection, tile, ct)).ToArray())
            : Missing();
    }

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> GetEntries(
        string path, ClaimsPrincipal user, AuditDatabase database, HttpResponse response, CancellationToken ct)
    {
        if (!user.IsPlatformStaff())
        {
            return Problems.Problem(403, "tenant-forbidden", "A bundle holds entries of every tenant and is for the platform's own operators. Search for those of your tenant at /access/audit.");
        }

        await using var connection = await database.Read.OpenConnectionAsync(ct);
        if (await Find(connection, $"tile/entries/{path}", ct) is not { Level: null } tile)
        {
            return Missing();
        }

        await using var command = new NpgsqlCommand("SELECT entry FROM audit.entries WHERE index >= $1 AND index < $2 ORDER BY index", connection);
        command.Parameters.Add(new() { Value = tile.Index * Tile.Width });
        command.Parameters.Add(new() { Value = (tile.Index * Tile.Width) + tile.Width });
        var entries = new List<ReadOnlyMemory<byte>>(tile.Width);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            entries.Add(reader.GetFieldValue<byte[]>(0));
        }

        response.Headers.Append("Vary", "Authorization");
        return entries.Count == tile.Width ? Bytes(response, tile, EntryBundle.Write(entries), "private, max-age=31536000, immutable") : Missing();
    }

    // A tile is there, in each of its widths, once a checkpoint covers it.
    private static async Task<TilePath?> Find(NpgsqlConnection connection, string path, CancellationToken ct)
    {
        if (!TilePath.TryParse(path, out var tile))
        {
            return null;
        }

        await using var command = new NpgsqlCommand("SELECT max(size) FROM audit.checkpoints", connection);
        return await command.ExecuteScalarAsync(ct) is long size && TilePath.InTree(tile.Level, tile.Index, size) is { } widest && tile.Width <= widest.Width ? tile : null;
    }

    private static FileContentHttpResult Bytes(HttpResponse response, TilePath tile, byte[] bytes, string caching = ForEver)
    {
        response.Headers.CacheControl = tile.Width == Tile.Width ? caching : "no-store";
        return TypedResults.Bytes(bytes, "application/octet-stream");
    }

    private static ProblemHttpResult Missing() =>
        Problems.Problem(404, "tile-missing", "The newest checkpoint covers no such tile. Compute the paths from its size as C2SP tlog-tiles says.");
}
