namespace Sovereignty.AuditService.SearchAudit;

/// <summary>One page of entries, newest first.</summary>
/// <param name="Items">The entries.</param>
/// <param name="NextCursor">Where the next page begins; null after the last.</param>
/// <param name="Total">How many entries match in all, as of the first page: entries that come later are not in this walk.</param>
/// <param name="NotYet">Entries of all tenants that are logged and cannot be found yet: nearly always 0. They are not in this walk.</param>
internal sealed record AuditPage(IReadOnlyList<AuditItem> Items, string? NextCursor, long Total, long NotYet);
