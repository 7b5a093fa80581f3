namespace Sovereignty.AuditService.SearchAudit;

/// <summary>Entries as they were hashed.</summary>
/// <param name="Items">Several where one message id came with several bodies, which raised an alarm; the oldest first.</param>
internal sealed record EntryBytes(IReadOnlyList<HashedEntry> Items);

/// <summary>The bytes of an entry, for whoever proves that it is in the log.</summary>
/// <param name="Index">Its place in the log.</param>
/// <param name="Id">The message id.</param>
/// <param name="Entry">What was hashed, in base64.</param>
internal sealed record HashedEntry(long Index, string Id, byte[] Entry);
