using System.Globalization;
using System.Security.Claims;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Sovereignty.Contracts.Residency;
using Sovereignty.Evaluation.Publishing;
using Sovereignty.Messaging;
using Sovereignty.PolicyService.Epochs;
using Sovereignty.ServiceDefaults.Http;
using Sovereignty.ServiceDefaults.Identity;

namespace Sovereignty.PolicyService.Provisions;

internal static class FactEndpoints
{
    public static void MapFacts(this IEndpointRouteBuilder app)
    {
        var facts = app.MapGroup("/residency/facts").WithTags("Legal facts");
        facts.MapGet("", List)
            .WithSummary("List legal facts")
            .WithDescription("The latest version of each: laws, decisions of adequacy, country groups and rules of the platform. No policy lifts them. Not legal advice.")
            .DescribesPaging();
        facts.MapGet("/{id}", Get)
            .WithSummary("Read a legal fact")
            .WithDescription("The latest version, with its ETag.")
            .ProducesProblem(404);
        facts.MapPut("/{id}", Put)
            .RequireRoles(Roles.PolicyAdmin)
            .WithSummary("Record a legal fact, or its next version")
            .WithDescription("Begins a policy epoch. If-Match with the ETag of the latest version is required to change one, If-None-Match: * to record a new one. A fact ends by its validUntil; it is never deleted.")
            .ProducesProblem(412)
            .ProducesProblem(422)
            .ProducesProblem(428);
        facts.MapGet("/{id}/versions", ListVersions)
            .WithSummary("List the versions of a legal fact")
            .DescribesPaging()
            .ProducesProblem(404);
    }

    private static async Task<Ok<Page<FactView>>> List(PageRequest page, UnitOfWork unit, CancellationToken cancellationToken)
    {
        var rows = await ProvisionTables.Facts.ListLatest(unit.Connection, tenantId: null, page.After, page.Limit + 1, cancellationToken);
        return TypedResults.Ok(page.Page([.. rows.Select(FactView.Of)], fact => fact.Id));
    }

    private static async Task<Results<Ok<FactView>, ProblemHttpResult>> Get(string id, UnitOfWork unit, HttpResponse response, CancellationToken cancellationToken)
    {
        if (await ProvisionTables.Facts.FindLatest(unit.Connection, tenantId: null, id, cancellationToken) is not { } row)
        {
            return NotFound(id);
        }

        ETag.Set(response, row.Version);
        return TypedResults.Ok(FactView.Of(row));
    }

    private static async Task<Results<Ok<Page<FactView>>, ProblemHttpResult>> ListVersions(string id, PageRequest page, UnitOfWork unit, CancellationToken cancellationToken)
    {
        var after = page.After is null ? 0 : int.TryParse(page.After, CultureInfo.InvariantCulture, out var version) ? version : throw PageRequest.BadCursor();
        var rows = await ProvisionTables.Facts.ListVersions(unit.Connection, tenantId: null, id, after, page.Limit + 1, cancellationToken);
        return rows.Count == 0 && after == 0
            ? NotFound(id)
            : TypedResults.Ok(page.Page([.. rows.Select(FactView.Of)], fact => fact.Version.ToString(CultureInfo.InvariantCulture)));
    }

    private static async Task<Results<Ok<FactView>, Created<FactView>, ProblemHttpResult>> Put(
        string id, LegalFact fact, ClaimsPrincipal user, UnitOfWork unit, PolicySnapshots snapshots, TimeProvider time, HttpContext http, CancellationToken cancellationToken)
    {
        var findings = await snapshots.LockAfter(unit, epoch => PublishingChecks.Check(epoch.Policies, new() { Facts = [new(fact)] }, time.GetUtcNow()), cancellationToken);
        var latest = await ProvisionTables.Facts.FindLatest(unit.Connection, tenantId: null, id, cancellationToken);
        var refusal = latest is null ? RefuseUnannounced(http.Request, id) : ETag.CheckIfMatch(http.Request, latest.Version);
        if (refusal is not null)
        {
            return refusal;
        }

        if (fact.Id != id)
        {
            return Problems.Problem(422, "fact-invalid", "id is another than that of the address; send the same.", new Dictionary<string, object?> { ["field"] = "id" });
        }

        if (findings.Refusal("fact-invalid") is { } refused)
        {
            return refused;
        }

        var row = new Provision<LegalFact>(TenantId: null, id, (latest?.Version ?? 0) + 1, fact, time.GetUtcNow(), user.ToActor());
        await ProvisionTables.Facts.Insert(unit.Connection, row, cancellationToken);
        unit.Publish(row.ToEvent(await snapshots.Begin(unit, cancellationToken)), new() { OrderKey = id });
        ETag.Set(http.Response, row.Version);
        return latest is null ? TypedResults.Created($"/residency/facts/{id}", FactView.Of(row) with { Findings = findings }) : TypedResults.Ok(FactView.Of(row) with { Findings = findings });
    }

    private static ProblemHttpResult? RefuseUnannounced(HttpRequest request, string id) => request.Headers.IfNoneMatch == "*"
        ? null
        : request.Headers.IfMatch.Count > 0
            ? Problems.Problem(412, "etag-stale", $"There is no fact '{id}' yet. Send If-None-Match: * to record it.")
            : Problems.Problem(428, "if-none-match-missing", $"There is no fact '{id}' yet. Send If-None-Match: * to record it, or name one that is there.");

    private static ProblemHttpResult NotFound(string id) => Problems.NotFound("legal fact", id);
}

/// <summary>A recorded version of a legal fact.</summary>
internal sealed record FactView(string Id, int Version, LegalFact Fact, DateTimeOffset RecordedAt, string RecordedBy)
{
    /// <summary>After a change: what it opens and closes, and what somebody should look at.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<PublishingFinding>? Findings { get; init; }

    public static FactView Of(Provision<LegalFact> row) => new(row.Key, row.Version, row.Body, row.RecordedAt, row.RecordedBy.Subject);
}
