using System.Diagnostics;
using System.Diagnostics.Metrics;
using Sovereignty.AuditService.Appending;

namespace Sovereignty.AuditService.Diagnostics;

internal sealed class AuditMetrics : IDisposable
{
    public const string Name = "Sovereignty.Audit";

    public static readonly ActivitySource Activities = new(Name);

    private readonly Meter _meter = new(Name);
    private readonly Counter<long> _stored;
    private readonly Counter<long> _duplicates;
    private readonly Counter<long> _conflicts;
    private readonly Counter<long> _malformed;

    public AuditMetrics()
    {
        Received = _meter.CreateCounter<long>("audit.received", "{message}", "Messages received, duplicates included");
        _stored = _meter.CreateCounter<long>("audit.stored", "{entry}", "Messages that became an entry");
        _duplicates = _meter.CreateCounter<long>("audit.duplicates", "{message}", "Messages that were an entry already");
        _conflicts = _meter.CreateCounter<long>("audit.conflicts", "{message}", "Messages whose id had come with other bytes");
        Damaged = _meter.CreateCounter<long>("audit.search.damaged", "{entry}", "Entries that were damaged when they were put in the search table");
        _malformed = _meter.CreateCounter<long>("audit.malformed", "{message}", "Messages that could not be read");
    }

    public Counter<long> Received { get; }

    public Counter<long> Damaged { get; }

    public void ObserveDebt(Func<double> seconds) =>
        _meter.CreateObservableGauge("audit.debt", seconds, "s", "Age of the oldest event that is not stored yet");

    public void ObserveSearch(Func<long> entries) =>
        _meter.CreateObservableGauge("audit.search.behind", entries, "{entry}", "Entries that are logged and not in the search table yet");

    public void ObserveNumbers(Func<IReadOnlyDictionary<string, long>> missing) => _meter.CreateObservableGauge(
        "audit.numbers.missing",
        () => missing().Select(source => new Measurement<long>(source.Value, new KeyValuePair<string, object?>("source", source.Key))),
        "{number}",
        "Numbers of a service that an alarm told of and that are still not in the log");

    public void ObserveWitnesses(Func<double> seconds, Func<int> refusing)
    {
        _meter.CreateObservableGauge("audit.unwitnessed", seconds, "s", "How long the log is ahead of its newest checkpoint with a quorum of witnesses");
        _meter.CreateObservableGauge("audit.witnesses.refusing", refusing, "{witness}", "Witnesses that refuse the log, with proof or without");
    }

    public void Count(AppendResult result, bool malformed)
    {
        (result switch { AppendResult.Duplicate => _duplicates, AppendResult.Conflict => _conflicts, _ => _stored }).Add(1);
        if (result == AppendResult.Conflict)
        {
            _stored.Add(1);
        }

        if (malformed && result != AppendResult.Duplicate)
        {
            _malformed.Add(1);
        }
    }

    public void Dispose() => _meter.Dispose();
}
