namespace Sovereignty.AuditService.Report;

/// <summary>What is looked for in the entries for one provision.</summary>
/// <param name="Framework">The law or standard.</param>
/// <param name="Provision">Where in it.</param>
/// <param name="Question">What is looked for.</param>
/// <param name="Shows">Entries that show it. None: no entry of this log could.</param>
/// <param name="Alarms">Entries that a person has to look at.</param>
/// <param name="Limit">What the entries do not show.</param>
internal sealed record Criterion(string Framework, string Provision, string Question, Signal[] Shows, Signal[] Alarms, string Limit)
{
    /// <param name="counter">The figures.</param>
    /// <param name="ofPlatform">Whether they are the platform's rather than a tenant's.</param>
    /// <param name="narrowed">Whether filters left entries out: then the absence of alarms says nothing.</param>
    public ReportFinding Judge(ReportCounter counter, bool ofPlatform, bool narrowed)
    {
        var visible = Alarms.Where(signal => ofPlatform || !signal.OfPlatform).ToList();
        var alarms = Found(counter, visible);
        var shown = Found(counter, Shows);
        var (status, statement) = (alarms, shown) switch
        {
            ({ Count: > 0 }, _) => (FindingStatus.Attention, $"To be looked at: {Words(alarms)}."),
            (_, { Count: 0 }) => (FindingStatus.NotCovered, "These entries say nothing about it."),
            _ when narrowed => (FindingStatus.NotCovered, $"Among the entries that the filters let through: {Words(shown)}. Nothing is concluded from a part."),
            _ => (FindingStatus.Met, $"{Words(shown)}{string.Concat(visible.Select((signal, i) => $"{(i == 0 ? ';' : ',')} no {signal.Plural}"))}."),
        };
        var elsewhere = string.Concat(Alarms.Except(visible).Select(signal => $" Of {signal.Plural} only the platform's own report tells."));
        return new(Framework, Provision, Question, status, $"{statement} {Limit}{elsewhere}", [.. alarms.Concat(shown).Select(found => found.Evidence)]);
    }

    private static List<(Signal Signal, FindingEvidence Evidence)> Found(ReportCounter counter, IEnumerable<Signal> signals) =>
    [
        .. from signal in signals
           let tally = counter.Of(signal.Type, signal.Facet)
           where tally.Count > 0
           select (signal, new FindingEvidence(signal.Type, signal.Facet, tally.Count, tally.First, tally.Last)),
    ];

    private static string Words(List<(Signal Signal, FindingEvidence Evidence)> found) =>
        string.Join(", ", found.Select(one => FormattableString.Invariant($"{one.Evidence.Count:N0} {(one.Evidence.Count == 1 ? one.Signal.Singular : one.Signal.Plural)}")));
}

/// <summary>Entries that say something to a criterion, and how people call them.</summary>
internal sealed record Signal(string Type, string? Facet, string Singular, string Plural)
{
    /// <summary>Whether such entries never belong to a tenant, whosever message it was.</summary>
    public bool OfPlatform { get; init; }
}
