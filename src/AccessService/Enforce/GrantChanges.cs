using Npgsql;
using Sovereignty.AccessService.Requests;
using Sovereignty.Contracts.Access;

namespace Sovereignty.AccessService.Enforce;

/// <summary>What enforcers have to hear of: written in the transaction of each transition that touches a grant.</summary>
internal static class GrantChanges
{
    public static NpgsqlBatchCommand Of(AccessRequest request) =>
        new("INSERT INTO access.grant_change (tenant_id, request_id) VALUES ($1, $2)")
        {
            Parameters = { new() { Value = request.TenantId }, new() { Value = request.CorrelationId } },
        };

    /// <summary>A request's grant as enforcers keep it; null before there is one.</summary>
    public static AccessGrant? Grant(AccessRequest request) => request.Grant is not { } grant ? null : new()
    {
        RequestId = request.CorrelationId,
        Version = request.Version,
        GrantId = grant.Id,
        TenantId = request.TenantId,
        Subject = request.Requester.Subject,
        DataId = request.DataId,
        Region = request.TargetRegion,
        Purpose = request.Purpose,
        Actions = request.Actions,
        StartsAt = grant.StartsAt,
        EndsAt = grant.EndsAt,
        State = Enum.Parse<GrantState>(request.CurrentState),
        HasBudget = grant.Budget is not null,
    };
}
