namespace Sovereignty.AccessService.Review;

/// <summary>A walk over what waits or was granted, all of it or that of some data, and how far it is.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Epoch">The policy epoch that an answer must at least rest on.</param>
/// <param name="DataId">Null for all.</param>
/// <param name="PendingBefore">Up to which id requests are waited for that may be answered by what held before.</param>
/// <param name="IsRead">Whether all was asked about.</param>
/// <param name="IsSuperseded">Whether another walks over all by a newer epoch.</param>
internal sealed record Walk(
    Guid Id, long Epoch, string? TenantId, string? DataId, Guid? PendingBefore, string AfterTenant, Guid AfterId, bool IsRead, bool IsSuperseded);
