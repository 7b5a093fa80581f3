using Sovereignty.Contracts.Access;

namespace Sovereignty.Contracts.Residency;

/// <summary>
/// Command to PolicyService (queue <c>policy.access-validations</c>): may this access be granted at all, and by whom?
/// The answer is <see cref="AccessValidated"/>. It stores nothing, so it may be sent again.
/// </summary>
public sealed record ValidateAccess
{
    /// <summary>The request.</summary>
    public required Guid RequestId { get; init; }

    /// <summary>Which question about the request this is, from 1; the answer repeats it.</summary>
    public required int Attempt { get; init; }

    /// <summary>The tenant whose data it is.</summary>
    public required string TenantId { get; init; }

    /// <summary>The data.</summary>
    public required string DataId { get; init; }

    /// <summary>The code of the region where the data is.</summary>
    public required string SourceRegion { get; init; }

    /// <summary>The code of the region through which it is to be seen.</summary>
    public required string TargetRegion { get; init; }

    /// <summary>Country from which it is to be seen, ISO 3166-1 alpha-2.</summary>
    public required string TargetCountry { get; init; }

    /// <summary>The requester's own country as the token says it, ISO 3166-1 alpha-2: the data reaches that too. Null where unknown.</summary>
    public string? RequesterCountry { get; init; }

    /// <summary>For what, a code in kebab-case.</summary>
    public required string Purpose { get; init; }

    /// <summary>When the access would begin, in UTC.</summary>
    public required DateTimeOffset Start { get; init; }

    /// <summary>How long it would last, ISO 8601.</summary>
    public required string Duration { get; init; }

    /// <summary>What the transfer rests on; null where the requester names nothing.</summary>
    public TransferMechanism? Mechanism { get; init; }
}
