using System.Text.Json.Serialization;
using Sovereignty.Contracts.Access;

namespace Sovereignty.AccessService.SubmitAccess;

/// <summary>What a requester asks for.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record SubmitRequest
{
    public required string DataId { get; init; }

    public required string SourceRegion { get; init; }

    public required string TargetRegion { get; init; }

    /// <summary>Country from which the data will be seen, ISO 3166-1 alpha-2.</summary>
    public required string TargetCountry { get; init; }

    /// <summary>A code in kebab-case, for example <c>customer-support</c>.</summary>
    public required string Purpose { get; init; }

    /// <summary>Codes in kebab-case, for example <c>read</c>.</summary>
    public required IReadOnlyList<string> Actions { get; init; }

    public required string Justification { get; init; }

    /// <summary>When it should begin; left out for as soon as it is approved.</summary>
    public DateTimeOffset? Start { get; init; }

    /// <summary>ISO 8601, for example <c>PT8H</c>.</summary>
    public required string Duration { get; init; }

    public TransferMechanism? Mechanism { get; init; }

    /// <summary>How much is to be used in all; left out for no limit of your own. A grant with a budget takes recorded uses.</summary>
    public AccessBudget? Budget { get; init; }
}
