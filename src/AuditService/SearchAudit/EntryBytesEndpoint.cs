using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Sovereignty.AuditService.Appending;
using Sovereignty.ServiceDefaults.Http;
using Sovereignty.ServiceDefaults.Identity;
using Sovereignty.TransparencyLog;

namespace Sovereignty.AuditService.SearchAudit;

internal static class EntryBytesEndpoint
{
    public static void MapEntryBytes(this IEndpointRouteBuilder app) =>
        app.MapGet("/access/audit/entries", Find)
            .RequireRoles(Roles.ComplianceOfficer, Roles.Operator)
            .WithMetadata(new WithoutUnitOfWork())
            .WithTags("Audit log")
            .WithSummary("An entry's bytes as they were hashed, by index or by message id (id), to prove that it is in the log");

    private static async Task<Results<Ok<EntryBytes>, ProblemHttpResult>> Find(HttpRequest request, ClaimsPrincipal user, AuditDatabase database, CancellationToken ct)
    {
        var (filters, problem) = AuditFilters.Read(request.Query, user, "index", "id");
        if (filters is null)
        {
            return problem!;
        }

        var (id, index) = (request.Query["id"].ToString(), request.Query["index"].ToString());
        if (request.Query.Keys.Any(name => name is not ("index" or "id" or "tenant")) || (id.Length == 0) == (index.Length == 0))
        {
            return Problems.Problem(400, "filter-unknown", "Name an entry by 'index' or by the message 'id', by one of them and nothing else.");
        }

        if (!long.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && index.Length > 0)
        {
            return Problems.Problem(400, "index-invalid", "An index is a number from 0.");
        }

        await using var command = index.Length > 0
            ? database.Read.CreateCommand("SELECT index, entry FROM audit.entries WHERE index = $1")
            : database.Read.CreateCommand("SELECT index, entry FROM audit.entries WHERE index IN (SELECT index FROM audit.listed WHERE message_key = $1) ORDER BY index");
        command.Parameters.Add(new NpgsqlParameter { Value = index.Length > 0 ? number : MessageKey.OfId(id) });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var items = new List<HashedEntry>();
        while (await reader.ReadAsync(ct))
        {
            // An entry of another tenant is as unknown as one that is not there.
            var bytes = reader.GetFieldValue<byte[]>(1);
            if (LogEntry.Read(bytes) is { } entry && entry.Tenant == filters.Tenant && (id.Length == 0 || entry.Id == id))
            {
                items.Add(new(reader.GetInt64(0), entry.Id, bytes));
            }
        }

        return items.Count > 0
            ? TypedResults.Ok(new EntryBytes(items))
            : Problems.Problem(404, "not-found", "Your tenant has no such entry. Find its index at /access/audit.");
    }
}
