using Sovereignty.Contracts.Residency;

namespace Sovereignty.AccessService.Requests;

/// <summary>What PolicyService is asked of a request, or of the grant that it led to.</summary>
internal static class Questions
{
    public static ValidateAccess Of(AccessRequest request, DateTimeOffset now) => new()
    {
        RequestId = request.CorrelationId,
        Attempt = request.Asked,
        TenantId = request.TenantId,
        DataId = request.DataId,
        SourceRegion = request.SourceRegion,
        TargetRegion = request.TargetRegion,
        TargetCountry = request.TargetCountry,
        RequesterCountry = request.Requester.Country,
        Purpose = request.Purpose,
        Start = request.Grant?.StartsAt ?? (request.Start > now ? request.Start.Value : now),
        Duration = Durations.Write(request.Grant is { } grant ? grant.EndsAt - grant.StartsAt : request.Duration),
        Mechanism = request.Mechanism,
    };
}
