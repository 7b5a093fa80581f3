using System.Text.Json.Serialization;
using Sovereignty.Contracts.Access;

namespace Sovereignty.AccessService.SubmitAccess;

/// <summary>For how much longer a grant is needed, and why.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ExtendRequest
{
    /// <summary>The request whose grant is to go on.</summary>
    public required Guid RequestId { get; init; }

    /// <summary>How long from the end of that grant on; ISO 8601, for example <c>PT8H</c>.</summary>
    public required string Duration { get; init; }

    public required string Justification { get; init; }

    /// <summary>Left out: that of the request.</summary>
    public TransferMechanism? Mechanism { get; init; }

    /// <summary>The same access once more, from the end of the grant on.</summary>
    public SubmitRequest Of(Requests.AccessRequest request) => new()
    {
        DataId = request.DataId,
        SourceRegion = request.SourceRegion,
        TargetRegion = request.TargetRegion,
        TargetCountry = request.TargetCountry,
        Purpose = request.Purpose,
        Actions = request.Actions,
        Justification = Justification,
        Start = request.Grant!.EndsAt,
        Duration = Duration,
        Mechanism = Mechanism ?? request.Mechanism,
        Budget = request.Budget,
    };
}
