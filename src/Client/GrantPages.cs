using Sovereignty.Contracts.Access;

namespace Sovereignty.Client;

/// <summary>One page of a tenant's grants that have not ended, in answer to <c>GET /access/enforcement/snapshot</c>.</summary>
/// <param name="Position">Where to follow changes from, opaque. That of the first page counts for all.</param>
/// <param name="Items">The grants.</param>
/// <param name="NextCursor">Gives the next page; null after the last.</param>
public sealed record GrantSnapshotPage(string Position, IReadOnlyList<AccessGrant> Items, string? NextCursor);

/// <summary>What changed since a position, in answer to <c>GET /access/enforcement/changes</c>.</summary>
/// <param name="Position">Where to go on from, opaque.</param>
/// <param name="Items">The grants that changed, as they are now; none means that the service was heard and nothing changed.</param>
public sealed record GrantChangesPage(string Position, IReadOnlyList<AccessGrant> Items);
