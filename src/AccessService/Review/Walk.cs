namespace Sovereignty.AccessService.Review;

/// <summary>A walk over what waits or was granted, all of it or that of some data, and how far it is.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Epoch">The policy epoch that an answer must at least rest on.</param>
/// <param name="DataId">Null for all.</param>
/// <param name="PendingBefore">Up to which id requests are waited for that may be answered by what held before.</param>
/// <param name="StartedAfterTenant">Where a walk over all began; it ends there.</param>
/// <param name="HasWrapped">Whether it has gone on at the beginning.</param>
/// <param name="IsRead">Whether all was asked about.</param>
/// <param name="IsSuperseded">Whether another walks over all by a newer epoch.</param>
internal sealed record Walk(
    Guid Id,
    long Epoch,
    string? TenantId,
    string? DataId,
    Guid? PendingBefore,
    string StartedAfterTenant,
    Guid StartedAfterId,
    bool HasWrapped,
    string AfterTenant,
    Guid AfterId,
    bool IsRead,
    bool IsSuperseded)
{
    /// <summary>After the last of what there is: on from the beginning, where it did not begin there, or all is read.</summary>
    public Walk AtEnd() => StartedAfterTenant.Length > 0 && !HasWrapped
        ? this with { HasWrapped = true, AfterTenant = "", AfterId = Guid.Empty }
        : this with { IsRead = true };
}
