using Sovereignty.AuditService.Receiving;
using Sovereignty.Contracts.Access;

namespace Sovereignty.AuditService.Report;

/// <summary>
/// Adds up a report: what each event is from its type and facet, and from its body only where people wrote the reason. Takes
/// room for what it lists, not for what it counts.
/// </summary>
internal sealed class ReportCounter
{
    public const int MostReasons = 1_000;

    /// <summary>The type whose bodies are read: its reasons are in people's own words.</summary>
    public const string TypeByBody = nameof(AccessDenied);

    /// <summary>Types whose regions are counted.</summary>
    public static readonly string[] TypesByRegions = [nameof(AccessRequested), nameof(AccessGranted)];

    // Rejections with a code for a facet, always: one without was erased before it was made searchable.
    private static readonly Dictionary<string, string> KindsByCode = new(StringComparer.Ordinal)
    {
        [nameof(AccessRefused)] = "refused",
        [nameof(AccessUseRefused)] = "use-refused",
        [nameof(AccessCommandRefused)] = "command-refused",
    };

    private readonly Dictionary<string, Tally> _types = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Type, string Facet), Tally> _facets = [];
    private readonly Dictionary<(string Source, string Target), RegionPair> _pairs = [];
    private readonly Dictionary<string, long> _denials = new(StringComparer.Ordinal);

    public long Events { get; private set; }

    public long Erased { get; private set; }

    public long RejectionsNotListed { get; private set; }

    /// <summary>Requests approved of those decided; null where none was.</summary>
    public double? ApprovalRate => Approved + Of(nameof(AccessDenied)) is var decided and > 0 ? (double)Approved / decided : null;

    public IReadOnlyList<TypeCount> ByType =>
        [.. _types.Select(type => new TypeCount(type.Key, type.Value.Count)).OrderByDescending(type => type.Count).ThenBy(type => type.Type, StringComparer.Ordinal)];

    public IReadOnlyList<RegionPair> RegionPairs =>
        [.. _pairs.Values.OrderBy(pair => pair.SourceRegion, StringComparer.Ordinal).ThenBy(pair => pair.TargetRegion, StringComparer.Ordinal)];

    public IReadOnlyList<RejectionReason> RejectionReasons =>
    [
        .. _denials.Select(denial => new RejectionReason("denied", null, denial.Key, denial.Value))
            .Concat(_facets.Where(facet => KindsByCode.ContainsKey(facet.Key.Type))
                .Select(facet => new RejectionReason(KindsByCode[facet.Key.Type], facet.Key.Facet, null, facet.Value.Count)))
            .OrderByDescending(reason => reason.Count)
            .ThenBy(reason => reason.Kind, StringComparer.Ordinal)
            .ThenBy(reason => reason.Code ?? reason.Reason, StringComparer.Ordinal),
    ];

    public ReportTotals Totals => new(
        Events,
        Requests: Of(nameof(AccessRequested)),
        Approved: Approved,
        Denied: Of(nameof(AccessDenied)),
        Refused: Of(nameof(AccessRefused)),
        Lapsed: Of(nameof(AccessLapsed)),
        Withdrawn: Of(nameof(AccessWithdrawn)),
        Granted: Of(nameof(AccessGranted)),
        AutomaticGrants: Of(nameof(AccessGranted), EventFacets.Automatic).Count,
        Used: Of(nameof(AccessUsed)),
        UseRefused: Of(nameof(AccessUseRefused)),
        Revoked: Of(nameof(AccessRevoked)),
        Ended: Of(nameof(AccessEnded)),
        GivenBack: Of(nameof(AccessGivenBack)),
        CommandsRefused: Of(nameof(AccessCommandRefused)),
        Suspended: Of(nameof(AccessSuspended)),
        Resumed: Of(nameof(AccessResumed)),
        Shortened: Of(nameof(AccessShortened)),
        Exhausted: Of(nameof(AccessExhausted)),
        Reminded: Of(nameof(AccessReminded)),
        Escalated: Of(nameof(AccessEscalated)),
        Stalled: Of(nameof(AccessStalled)));

    private long Approved => Of(nameof(AccessApproved), EventFacets.Complete).Count;

    /// <summary>Adds events of one type, of the same facet and, for <see cref="TypesByRegions"/>, of the same regions.</summary>
    /// <param name="type">The type.</param>
    /// <param name="facet">The facet; null where there is none.</param>
    /// <param name="regions">Source and target, or the one region that is both; null for other types.</param>
    /// <param name="tally">How many.</param>
    public void Add(string type, string? facet, IReadOnlyList<string>? regions, Tally tally)
    {
        Events += tally.Count;
        _types[type] = _types.GetValueOrDefault(type) + tally;
        if (facet is not null)
        {
            _facets[(type, facet)] = _facets.GetValueOrDefault((type, facet)) + tally;
        }
        else if (KindsByCode.ContainsKey(type))
        {
            Erased += tally.Count;
        }

        if (regions is not { Count: > 0 } || !TypesByRegions.Contains(type))
        {
            return;
        }

        var pair = _pairs.GetValueOrDefault((regions[0], regions[^1])) ?? new(regions[0], regions[^1], 0, 0);
        _pairs[(regions[0], regions[^1])] = type == nameof(AccessRequested)
            ? pair with { Requests = pair.Requests + tally.Count }
            : pair with { Granted = pair.Granted + tally.Count };
    }

    /// <summary>Adds why people denied a request, which was counted by its type before; null where it was erased.</summary>
    public void AddDenial(string? reason)
    {
        if (reason is null)
        {
            Erased++;
        }
        else if (_denials.Count >= MostReasons && !_denials.ContainsKey(reason))
        {
            // Codes are a closed list, what people write is not.
            RejectionsNotListed++;
        }
        else
        {
            _denials[reason] = _denials.GetValueOrDefault(reason) + 1;
        }
    }

    /// <summary>Entries of a type and, where one is given, of a facet of it.</summary>
    public Tally Of(string type, string? facet) =>
        facet is null ? _types.GetValueOrDefault(type) : _facets.GetValueOrDefault((type, facet));

    private long Of(string type) => _types.GetValueOrDefault(type).Count;
}
