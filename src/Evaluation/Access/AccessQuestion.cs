using Sovereignty.Contracts;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Regions;
using Sovereignty.Contracts.Residency;

namespace Sovereignty.Evaluation.Access;

/// <summary>A question with what the snapshot knows of the data, regions and policy it names.</summary>
public sealed class AccessQuestion
{
    private AccessQuestion(PolicySnapshot snapshot, KnownAccessData? data, ValidateAccess asked, TimeSpan duration)
    {
        Snapshot = snapshot;
        Data = data;
        Asked = asked;
        Duration = duration;
        Source = snapshot.FindRegion(asked.SourceRegion);
        Target = snapshot.FindRegion(asked.TargetRegion);
        Destinations = [.. new[] { asked.TargetCountry, asked.RequesterCountry, Target?.Country }.OfType<string>().Distinct(StringComparer.Ordinal)];
        if (data is not null)
        {
            Policy = PolicySelection.Select(snapshot, asked.TenantId, data.DataType);
            Obligations = ObligationLattice.Of(data.Level, asked.TenantId, snapshot);
            LongestAccess = ObligationLattice.LongestAccess(data.Level, snapshot.Rules);
        }
    }

    public PolicySnapshot Snapshot { get; }

    public KnownAccessData? Data { get; }

    public ValidateAccess Asked { get; }

    public TimeSpan Duration { get; }

    public DateTimeOffset End => DateTimeOffset.MaxValue - Asked.Start < Duration ? DateTimeOffset.MaxValue : Asked.Start + Duration;

    public Region? Source { get; }

    public Region? Target { get; }

    public ResidencyPolicy? Policy { get; }

    public Obligations? Obligations { get; }

    public TimeSpan? LongestAccess { get; }

    /// <summary>The countries the data reaches: where the person is, whence the person comes, and that of the region where it is known.</summary>
    public IReadOnlyList<string> Destinations { get; }

    public bool IsRestricted => Obligations?.CrossBorder is CrossBorderRule.Restricted;

    /// <summary>Source, target region and person in one country, each of them known rather than claimed.</summary>
    public bool StaysInCountry =>
        Source is not null && Target is not null && Asked.RequesterCountry is not null && Data?.Placement is not null && Destinations.All(country => country == Source.Country);

    public CrossBorderRule? CrossBorder => StaysInCountry && Obligations is not null ? CrossBorderRule.Allowed : Obligations?.CrossBorder;

    public static (AccessQuestion? Question, InvalidField? Invalid) Read(PolicySnapshot snapshot, KnownAccessData? data, ValidateAccess asked)
    {
        var invalid = Placement.CheckTenantId(asked.TenantId)
            ?? Placement.CheckDataId(asked.DataId)
            ?? Placement.CheckRegion("sourceRegion", asked.SourceRegion)
            ?? Placement.CheckRegion("targetRegion", asked.TargetRegion)
            ?? CheckCountry(asked.TargetCountry);
        if (invalid is not null)
        {
            return (null, invalid);
        }

        return Durations.Read(asked.Duration) is { } duration
            ? (new(snapshot, data, asked, duration), null)
            : (null, new("duration", "duration is not a length of time; give an ISO 8601 duration above zero, for example P7D."));
    }

    private static InvalidField? CheckCountry(string? country) =>
        country is not null && CountryCodes.Contains(country)
            ? null
            : new("targetCountry", "targetCountry is not a country; give an ISO 3166-1 alpha-2 code in capitals, for example DE.");
}
