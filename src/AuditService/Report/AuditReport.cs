using Sovereignty.AuditService.SearchAudit;

namespace Sovereignty.AuditService.Report;

/// <summary>
/// What happened within a time, over the entries that a signed checkpoint covers and no others. Asked for again with the
/// same size and filters, it has the same figures, however the log grew; only what is erased meanwhile moves to <c>Erased</c>.
/// </summary>
/// <param name="TenantId">The tenant; null for what belongs to the platform.</param>
/// <param name="From">Events from this moment on; null for from the beginning.</param>
/// <param name="To">Events before this moment; null for up to the checkpoint.</param>
/// <param name="Filters">What else was asked for.</param>
/// <param name="GeneratedAt">When the report was made.</param>
/// <param name="GeneratedBy">For whom: the subject of the token.</param>
/// <param name="Checkpoint">What it covers.</param>
/// <param name="Totals">Events by what they mean.</param>
/// <param name="ByType">Events by their type, the most frequent first.</param>
/// <param name="ApprovalRate">
/// Requests that people approved, divided by requests that people decided, approved or denied; of those whose decision fell
/// into the time, whenever they were made. A request that still needs another approver is not decided. What rules granted,
/// what was refused by policy, withdrawn or lapsed is not in it. Null where none was decided, and where one type alone is asked for.
/// </param>
/// <param name="RejectionReasons">Why requests, uses and commands were turned down, the most frequent first.</param>
/// <param name="RejectionsNotListed">Denials whose reason is not in the list because more than a thousand different ones were written.</param>
/// <param name="RegionPairs">Requests and grants from region to region.</param>
/// <param name="Erased">
/// Rejections whose reason was erased: they are counted by type, and are in no rejection reason any more.
/// </param>
/// <param name="Findings">What the figures say to provisions of the frameworks.</param>
/// <param name="FindingsNote">What findings are, and what they are not.</param>
/// <param name="Log">The entries themselves.</param>
internal sealed record AuditReport(
    string? TenantId,
    DateTimeOffset? From,
    DateTimeOffset? To,
    ReportFilters Filters,
    DateTimeOffset GeneratedAt,
    string GeneratedBy,
    ReportCheckpoint Checkpoint,
    ReportTotals Totals,
    IReadOnlyList<TypeCount> ByType,
    double? ApprovalRate,
    IReadOnlyList<RejectionReason> RejectionReasons,
    long RejectionsNotListed,
    IReadOnlyList<RegionPair> RegionPairs,
    long Erased,
    IReadOnlyList<ReportFinding> Findings,
    string FindingsNote,
    ReportLog Log);

/// <summary>What a report was narrowed to; null for not at all.</summary>
internal sealed record ReportFilters(string? User, string? DataId, string? Region, string? Action, string? Type);

/// <summary>The checkpoint that a report covers.</summary>
/// <param name="Origin">The log's name.</param>
/// <param name="Size">The report covers entries with an index below it.</param>
/// <param name="Root">Root of the tree over them, in base64.</param>
/// <param name="Note">The signed note, C2SP signed-note.</param>
/// <param name="NotCovered">Entries of all tenants that the log has now and the checkpoint does not cover.</param>
internal sealed record ReportCheckpoint(string Origin, long Size, string Root, string Note, long NotCovered);

/// <summary>Events by what they mean.</summary>
/// <param name="Events">All that match.</param>
/// <param name="Requests">Requests made.</param>
/// <param name="Approved">Requests approved by the last of the people it takes; approvals before are in the types only.</param>
/// <param name="Denied">Requests denied by people.</param>
/// <param name="Refused">Requests refused by policy or law.</param>
/// <param name="Lapsed">Requests that lapsed undecided.</param>
/// <param name="Withdrawn">Requests taken back.</param>
/// <param name="Granted">Grants, automatic ones too.</param>
/// <param name="AutomaticGrants">Grants by a rule rather than by people.</param>
/// <param name="Used">Uses of a grant.</param>
/// <param name="UseRefused">Uses refused.</param>
/// <param name="Revoked">Grants revoked.</param>
/// <param name="Ended">Grants that reached their end.</param>
/// <param name="GivenBack">Grants given back.</param>
/// <param name="CommandsRefused">Commands that were not carried out.</param>
/// <param name="Suspended">Grants that were made not to hold for a while.</param>
/// <param name="Resumed">Suspended grants that hold again.</param>
/// <param name="Shortened">Grants whose end was moved to an earlier moment.</param>
/// <param name="Exhausted">Grants whose budget was used up.</param>
/// <param name="Reminded">Times that approvers were reminded of a request.</param>
/// <param name="Escalated">Times that compliance officers were told of a request that waits.</param>
/// <param name="Stalled">Times that too few people were left to decide a request.</param>
internal sealed record ReportTotals(
    long Events,
    long Requests,
    long Approved,
    long Denied,
    long Refused,
    long Lapsed,
    long Withdrawn,
    long Granted,
    long AutomaticGrants,
    long Used,
    long UseRefused,
    long Revoked,
    long Ended,
    long GivenBack,
    long CommandsRefused,
    long Suspended,
    long Resumed,
    long Shortened,
    long Exhausted,
    long Reminded,
    long Escalated,
    long Stalled);

/// <summary>How many events of a type.</summary>
internal sealed record TypeCount(string Type, long Count);

/// <summary>Why something was turned down.</summary>
/// <param name="Kind"><c>denied</c>, <c>refused</c>, <c>use-refused</c> or <c>command-refused</c>.</param>
/// <param name="Code">The code; null for what people denied.</param>
/// <param name="Reason">The approver's words; null for what has a code.</param>
/// <param name="Count">How often.</param>
internal sealed record RejectionReason(string Kind, string? Code, string? Reason, long Count);

/// <summary>Requests and grants from one region to another.</summary>
internal sealed record RegionPair(string SourceRegion, string TargetRegion, long Requests, long Granted);

/// <summary>The detailed log, newest first: its first page.</summary>
/// <param name="Total">Entries in all.</param>
/// <param name="Items">The first of them, in the form of the search.</param>
/// <param name="NextCursor">The search's cursor for the rest, over the same checkpoint; null where there is none.</param>
/// <param name="Next">Address of the next page in the search; null after the last.</param>
internal sealed record ReportLog(long Total, IReadOnlyList<AuditItem> Items, string? NextCursor, string? Next);
