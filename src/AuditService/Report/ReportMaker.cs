using Microsoft.AspNetCore.Http.Extensions;
using Sovereignty.AuditService.SearchAudit;
using Sovereignty.Contracts;
using Sovereignty.ServiceDefaults.Http;

namespace Sovereignty.AuditService.Report;

/// <summary>Makes a report over a checkpoint.</summary>
internal sealed class ReportMaker(ReportReader reader, AuditSearch search, TimeProvider time)
{
    /// <param name="asked">Which report.</param>
    /// <param name="checkpoint">What it covers.</param>
    /// <param name="actor">Whom it is for.</param>
    /// <param name="query">The query it was asked for with; the address of the rest of the log goes on from it.</param>
    /// <param name="limit">Entries of the detailed log.</param>
    /// <param name="ct">Cancels the making.</param>
    public async Task<AuditReport> Make(ReportRequest asked, ReportCheckpoint checkpoint, Actor actor, IQueryCollection query, int limit, CancellationToken ct)
    {
        var filters = asked.Filters;
        var counter = await reader.Count(filters, checkpoint.Size, ct);
        var page = await search.Find(filters, new SearchPosition(checkpoint.Size, checkpoint.Size, counter.Events), limit, ct);
        var narrowed = filters.User is not null || filters.DataId is not null || filters.Region is not null || filters.Action is not null || filters.Type is not null;
        return new(
            filters.Tenant,
            filters.From,
            filters.To,
            new ReportFilters(filters.User, filters.DataId, filters.Region, filters.Action, filters.Type),
            time.GetUtcNow(),
            actor.Subject,
            checkpoint,
            counter.Totals,
            counter.ByType,
            filters.Type is null ? counter.ApprovalRate : null,
            counter.RejectionReasons,
            counter.RejectionsNotListed,
            counter.RegionPairs,
            counter.Erased,
            Findings.Of(counter, ofPlatform: filters.Tenant is null, narrowed),
            Findings.Note,
            Log(query, page));
    }

    private static ReportLog Log(IQueryCollection asked, (IReadOnlyList<AuditItem> Items, SearchPosition? Next, long Total, long NotYet) page)
    {
        if (page.Next is null)
        {
            return new ReportLog(page.Total, page.Items, null, null);
        }

        var cursor = Cursor.Encode(page.Next.ToString());
        var query = new QueryBuilder(asked.Where(pair => pair.Key is not ("size" or "format"))) { { "cursor", cursor } };
        return new ReportLog(page.Total, page.Items, cursor, $"/access/audit{query.ToQueryString()}");
    }
}
