using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Sovereignty.TransparencyLog;
using Sovereignty.TransparencyLog.Verification;

namespace Sovereignty.Cli.Audit;

/// <summary>
/// A report held against the log: whether the log says that it was issued, and its counts made again from the entries'
/// metadata. What was narrowed by the events' bodies cannot be counted by an outsider.
/// </summary>
internal sealed class ReportCheck
{
    private const string IssuedType = ":ReportIssued";

    private readonly Dictionary<string, long> _counted = new(StringComparer.Ordinal);
    private readonly string _id;
    private readonly JsonElement? _report;
    private readonly string? _tenant;
    private readonly string? _type;
    private readonly DateTimeOffset? _from;
    private readonly DateTimeOffset? _to;
    private readonly long _size;
    private readonly List<string> _narrowed = [];

    private ReportCheck(string id, JsonElement? report)
    {
        (_id, _report) = (id, report);
        if (report is not { } root)
        {
            return;
        }

        var checkpoint = root.GetProperty("checkpoint");
        (_size, Note) = (checkpoint.GetProperty("size").GetInt64(), Encoding.UTF8.GetBytes(checkpoint.GetProperty("note").GetString()!));
        (_tenant, _from, _to) = (Text(root, "tenantId"), Time(root, "from"), Time(root, "to"));
        foreach (var filter in root.GetProperty("filters").EnumerateObject().Where(filter => filter.Value.ValueKind != JsonValueKind.Null))
        {
            if (filter.Name == "type")
            {
                _type = filter.Value.GetString();
            }
            else
            {
                _narrowed.Add(filter.Name);
            }
        }
    }

    /// <summary>The signed checkpoint that the report covers; null where the file does not say.</summary>
    public byte[]? Note { get; }

    /// <summary>The entry that says that the report was issued.</summary>
    public long? Issued { get; private set; }

    /// <summary>Whether its counts were made again, and came out the same.</summary>
    public bool Recounted { get; private set; }

    /// <summary>What was not checked, in a sentence; null where all was.</summary>
    public string? NotChecked { get; private set; }

    public string Id => _id;

    public static ReportCheck Of(byte[] file)
    {
        var id = $"sha-256:{Convert.ToHexStringLower(SHA256.HashData(file))}";
        try
        {
            return new(id, JsonDocument.Parse(file).RootElement);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentNullException)
        {
            return new(id, null);
        }
    }

    public void Take(long index, LogEntry entry)
    {
        if (entry.Id == _id && entry.Type.EndsWith(IssuedType, StringComparison.Ordinal))
        {
            Issued ??= index;
        }

        var at = entry.OccurredAt ?? entry.ReceivedAt;
        at = at.AddTicks(-(at.Ticks % TimeSpan.TicksPerMicrosecond));
        var type = entry.ShortType;
        if (_report is not null && index < _size && entry.Tenant == _tenant && !(at < _from) && !(at >= _to) && (_type is null || _type == type))
        {
            _counted[type] = _counted.GetValueOrDefault(type) + 1;
        }
    }

    public IReadOnlyList<LogFinding> Finish(long logSize)
    {
        var findings = new List<LogFinding>();
        if (Issued is null)
        {
            findings.Add(logSize <= _size
                ? new(LogVerdict.Missing, logSize, $"The log as handed out ends where the report does, so that the entry of its issue ({_id}) is not in it. Take a newer copy of the log.")
                : new(LogVerdict.Invalid, null, $"No entry says that this report was issued ({_id}): it is not one of this log, or was changed since."));
        }

        if (_report is not null && (SignedNote.Parse(Note) is not { } note || Checkpoint.Parse(note.Text)?.Size != _size))
        {
            findings.Add(new(LogVerdict.Invalid, null, $"The report says that it covers {_size:N0} entries; the checkpoint that it carries does not."));
        }

        if (_report is not { } report)
        {
            NotChecked = "The file is no report in JSON, so that only its issue was looked for.";
        }
        else if (_narrowed.Count > 0)
        {
            NotChecked = $"The report is narrowed by {string.Join(", ", _narrowed)}, which only the bodies of events tell: its counts cannot be made again by an outsider.";
        }
        else if (Difference(report) is { } difference)
        {
            findings.Add(new(LogVerdict.Invalid, null, difference));
        }
        else
        {
            Recounted = true;
            NotChecked = "Counts of events and of types were made again; approval rate, reasons and regions come from the bodies of events, which an outsider does not have.";
        }

        return findings;
    }

    private string? Difference(JsonElement report)
    {
        try
        {
            return Recount(report);
        }
        catch (Exception exception) when (exception is KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            return "The report's counts are not as a report has them.";
        }
    }

    private string? Recount(JsonElement report)
    {
        var reported = report.GetProperty("byType").EnumerateArray().ToDictionary(count => count.GetProperty("type").GetString()!, count => count.GetProperty("count").GetInt64(), StringComparer.Ordinal);
        foreach (var type in reported.Keys.Union(_counted.Keys).Order(StringComparer.Ordinal))
        {
            var (says, has) = (reported.GetValueOrDefault(type), _counted.GetValueOrDefault(type));
            if (says != has)
            {
                return $"The report counts {says:N0} {type}, the log has {has:N0}.";
            }
        }

        var events = report.GetProperty("totals").GetProperty("events").GetInt64();
        return events == _counted.Values.Sum() ? null : $"The report counts {events:N0} events, the log has {_counted.Values.Sum():N0}.";
    }

    private static string? Text(JsonElement root, string name) => root.GetProperty(name).GetString();

    private static DateTimeOffset? Time(JsonElement root, string name) =>
        Text(root, name) is { } text ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture) : null;
}
