using Sovereignty.AuditService.SearchAudit;
using Sovereignty.Contracts.Access;

namespace Sovereignty.AuditService.Report;

/// <summary>
/// Adds up a report: what each event is from its type, and from its body only where the type does not say it. Takes room for
/// what it lists, not for what it counts.
/// </summary>
internal sealed class ReportCounter
{
    public const int MostReasons = 1_000;

    /// <summary>Types whose regions are counted.</summary>
    public static readonly string[] TypesByRegions = [nameof(AccessRequested), nameof(AccessGranted)];

    /// <summary>Types whose bodies are read.</summary>
    public static readonly string[] TypesByBody =
    [
        nameof(AccessApproved), nameof(AccessGranted), nameof(AccessDenied), nameof(AccessRefused), nameof(AccessUseRefused), nameof(AccessCommandRefused),
    ];

    private readonly Dictionary<string, long> _types = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Source, string Target), RegionPair> _pairs = [];
    private readonly Dictionary<(string Kind, string? Code, string? Reason), long> _reasons = [];
    private long _approved;
    private long _denied;
    private long _automatic;
    private long _notListed;

    public long Events { get; private set; }

    public long Erased { get; private set; }

    /// <summary>Whether there is anything that a body must be read for.</summary>
    public bool NeedsBodies => TypesByBody.Any(_types.ContainsKey);

    /// <summary>Requests approved of those decided; null where none was.</summary>
    public double? ApprovalRate => _approved + _denied == 0 ? null : (double)_approved / (_approved + _denied);

    public long RejectionsNotListed => _notListed;

    public IReadOnlyList<TypeCount> ByType =>
        [.. _types.Select(type => new TypeCount(type.Key, type.Value)).OrderByDescending(type => type.Count).ThenBy(type => type.Type, StringComparer.Ordinal)];

    public IReadOnlyList<RegionPair> RegionPairs =>
        [.. _pairs.Values.OrderBy(pair => pair.SourceRegion, StringComparer.Ordinal).ThenBy(pair => pair.TargetRegion, StringComparer.Ordinal)];

    public IReadOnlyList<RejectionReason> RejectionReasons =>
    [
        .. _reasons.Select(reason => new RejectionReason(reason.Key.Kind, reason.Key.Code, reason.Key.Reason, reason.Value))
            .OrderByDescending(reason => reason.Count)
            .ThenBy(reason => reason.Kind, StringComparer.Ordinal)
            .ThenBy(reason => reason.Code ?? reason.Reason, StringComparer.Ordinal),
    ];

    public ReportTotals Totals => new(
        Events,
        Requests: Of(nameof(AccessRequested)),
        Approved: _approved,
        Denied: Of(nameof(AccessDenied)),
        Refused: Of(nameof(AccessRefused)),
        Lapsed: Of(nameof(AccessLapsed)),
        Withdrawn: Of(nameof(AccessWithdrawn)),
        Granted: Of(nameof(AccessGranted)),
        AutomaticGrants: _automatic,
        Used: Of(nameof(AccessUsed)),
        UseRefused: Of(nameof(AccessUseRefused)),
        Revoked: Of(nameof(AccessRevoked)),
        Ended: Of(nameof(AccessEnded)),
        GivenBack: Of(nameof(AccessGivenBack)),
        CommandsRefused: Of(nameof(AccessCommandRefused)));

    /// <summary>Adds events of one type and, for <see cref="TypesByRegions"/>, of the same regions.</summary>
    /// <param name="type">The type.</param>
    /// <param name="regions">Source and target, or the one region that is both; null for other types.</param>
    /// <param name="count">How many.</param>
    public void Add(string type, IReadOnlyList<string>? regions, long count)
    {
        Events += count;
        _types[type] = Of(type) + count;
        if (regions is not { Count: > 0 } || !TypesByRegions.Contains(type))
        {
            return;
        }

        var pair = _pairs.GetValueOrDefault((regions[0], regions[^1])) ?? new(regions[0], regions[^1], 0, 0);
        _pairs[(regions[0], regions[^1])] = type == nameof(AccessRequested)
            ? pair with { Requests = pair.Requests + count }
            : pair with { Granted = pair.Granted + count };
    }

    /// <summary>Adds what the body of one event says, which was counted by its type before.</summary>
    public void AddBody(AuditItem item)
    {
        if (item.Body is not { } body)
        {
            Erased++;
            return;
        }

        var code = EventText.Of(body, "code");
        switch (item.Type)
        {
            case nameof(AccessApproved):
                _approved += EventText.Of(body, "remaining") == "0" ? 1 : 0;
                break;
            case nameof(AccessGranted):
                _automatic += EventText.Of(body, "automatic") == "true" ? 1 : 0;
                break;
            case nameof(AccessDenied):
                _denied++;
                Reject("denied", null, EventText.Of(body, "reason"));
                break;
            case nameof(AccessRefused):
                Reject("refused", code, null);
                break;
            case nameof(AccessUseRefused):
                Reject("use-refused", code, null);
                break;
            case nameof(AccessCommandRefused):
                Reject("command-refused", code, null);
                break;
        }
    }

    private long Of(string type) => _types.GetValueOrDefault(type);

    private void Reject(string kind, string? code, string? reason)
    {
        // Codes are a closed list, what people write is not.
        if (reason is not null && _reasons.Count >= MostReasons && !_reasons.ContainsKey((kind, code, reason)))
        {
            _notListed++;
            return;
        }

        _reasons[(kind, code, reason)] = _reasons.GetValueOrDefault((kind, code, reason)) + 1;
    }
}
