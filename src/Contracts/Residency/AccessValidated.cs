using Sovereignty.Contracts.Access;
using Sovereignty.Contracts.Data;

namespace Sovereignty.Contracts.Residency;

/// <summary>PolicyService's answer to <see cref="ValidateAccess"/>: what policies, classification and law say to an access.</summary>
public sealed record AccessValidated : IEvent
{
    /// <inheritdoc/>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <inheritdoc/>
    public required string? TenantId { get; init; }

    /// <inheritdoc/>
    public required Actor Actor { get; init; }

    /// <summary>The request.</summary>
    public required Guid RequestId { get; init; }

    /// <summary>The attempt that the question named.</summary>
    public required int Attempt { get; init; }

    /// <summary>The data.</summary>
    public required string DataId { get; init; }

    /// <summary>The code of the region where the data is.</summary>
    public required string SourceRegion { get; init; }

    /// <summary>The code of the region through which it is to be seen.</summary>
    public required string TargetRegion { get; init; }

    /// <summary>Whether it may be granted.</summary>
    public required bool Permitted { get; init; }

    /// <summary>One of <see cref="AccessCodes"/>; <see cref="AccessCodes.Permitted"/> where it may.</summary>
    public required string Code { get; init; }

    /// <summary>The reason as a sentence for people.</summary>
    public required string Reason { get; init; }

    /// <summary>Country of the source region, ISO 3166-1 alpha-2; null where that region is unknown.</summary>
    public string? SourceCountry { get; init; }

    /// <summary>The kind of data; null where the data is unknown.</summary>
    public string? DataType { get; init; }

    /// <summary>The data's level; null where the data is unknown.</summary>
    public ClassificationLevel? Classification { get; init; }

    /// <summary>What the classification says to crossing the border: by it people decide, or a rule does. Null where the data is unknown.</summary>
    public CrossBorderRule? CrossBorder { get; init; }

    /// <summary>The longest duration that could be granted, ISO 8601; null where none could.</summary>
    public string? LongestDuration { get; init; }

    /// <summary>The residency policy that decided; null where none was reached.</summary>
    public Guid? PolicyId { get; init; }

    /// <summary>The version of that policy.</summary>
    public int? PolicyVersion { get; init; }

    /// <summary>The policy epoch that decided.</summary>
    public required long Epoch { get; init; }

    /// <summary>The legal facts it rests on.</summary>
    public IReadOnlyList<Citation> Citations { get; init; } = [];
}
