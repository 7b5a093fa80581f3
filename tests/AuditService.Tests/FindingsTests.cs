using Sovereignty.AuditService.Receiving;
using Sovereignty.AuditService.Report;
using Sovereignty.Contracts.Access;
using Sovereignty.Contracts.Audit;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Residency;
using Sovereignty.TransparencyLog;

namespace Sovereignty.AuditService.Tests;

public sealed class FindingsTests
{
    private static readonly (string, string)[] NeverInTheLog =
    [
        ("GDPR", "Art. 33, 34"), ("CCPA", "Cal. Code Regs. tit. 11, 7101"), ("SOC 2", "CC7.3, CC7.4"),
    ];

    private readonly ReportCounter _counter = new();

    [Fact]
    public void Every_framework_is_there_and_an_empty_log_covers_nothing_of_any()
    {
        var findings = Findings.Of(_counter, ofPlatform: false, narrowed: false);

        Assert.Equal(["GDPR", "CCPA", "Residency laws", "ISO/IEC 27001:2022", "SOC 2"], findings.Select(finding => finding.Framework).Distinct());
        Assert.All(findings, finding => Assert.Equal((FindingStatus.NotCovered, 0), (finding.Status, finding.Evidence.Count)));
        Assert.Equal(findings.Count, findings.DistinctBy(finding => (finding.Framework, finding.Provision)).Count());
    }

    [Theory]
    [InlineData("GDPR", "Art. 5(2)", nameof(DataAdmitted), null, "met")]
    [InlineData("GDPR", "Art. 5(2)", nameof(MessageIdConflict), null, "attention")]
    [InlineData("GDPR", "Art. 30(1)(d), (e)", nameof(AccessRequested), null, "met")]
    [InlineData("GDPR", "Art. 44", nameof(AccessGranted), null, "met")]
    [InlineData("GDPR", "Art. 45, 46", nameof(AccessRefused), AccessCodes.MechanismMissing, "met")]
    [InlineData("GDPR", "Art. 45, 46", nameof(AccessRefused), AccessCodes.DataUnknown, "not-covered")]
    [InlineData("CCPA", "Cal. Civ. Code 1798.100(c)", nameof(AccessUseRefused), AccessCodes.PurposeNotCovered, "met")]
    [InlineData("CCPA", "Cal. Civ. Code 1798.100(e)", nameof(AccessUsed), null, "met")]
    [InlineData("CCPA", "Cal. Civ. Code 1798.100(e)", nameof(AccessCommandRefused), AccessCodes.ProofForged, "attention")]
    [InlineData("Residency laws", "Placement of data", nameof(DataRejected), null, "met")]
    [InlineData("Residency laws", "Violations", nameof(DataAdmitted), null, "met")]
    [InlineData("Residency laws", "Violations", nameof(ResidencyViolationOpened), null, "attention")]
    [InlineData("Residency laws", "Violations", nameof(ResidencyViolationAccepted), null, "attention")]
    [InlineData("Residency laws", "Violations", nameof(AccessUsed), null, "not-covered")]
    [InlineData("Residency laws", "Access from outside", nameof(AccessRefused), AccessCodes.TransferBanned, "met")]
    [InlineData("ISO/IEC 27001:2022", "Annex A 5.3", nameof(AccessCommandRefused), AccessCodes.SelfApproval, "met")]
    [InlineData("ISO/IEC 27001:2022", "Annex A 5.12", nameof(DataClassified), null, "met")]
    [InlineData("ISO/IEC 27001:2022", "Annex A 5.15", nameof(AccessApproved), EventFacets.Complete, "met")]
    [InlineData("ISO/IEC 27001:2022", "Annex A 5.15", nameof(AccessApproved), null, "not-covered")]
    [InlineData("ISO/IEC 27001:2022", "Annex A 5.18", nameof(AccessRevoked), null, "met")]
    [InlineData("ISO/IEC 27001:2022", "Annex A 8.15", nameof(DataAdmitted), null, "met")]
    [InlineData("ISO/IEC 27001:2022", "Annex A 8.15", EventTypes.Fault, null, "attention")]
    [InlineData("ISO/IEC 27001:2022", "Annex A 8.16", nameof(AccessStalled), null, "attention")]
    [InlineData("SOC 2", "CC6.1", nameof(AccessUseRefused), null, "met")]
    [InlineData("SOC 2", "CC6.3", nameof(AccessSuspended), null, "met")]
    [InlineData("SOC 2", "CC7.2", nameof(AccessUsed), null, "met")]
    [InlineData("SOC 2", "CC7.2", nameof(AccessCommandRefused), AccessCodes.ProofReplayed, "attention")]
    [InlineData("SOC 2", "CC8.1", nameof(PolicyPublished), null, "met")]
    public void An_entry_says_what_it_says_to_a_provision(string framework, string provision, string type, string? facet, string status)
    {
        _counter.Add(type, facet, null, new Tally(3, 20, 40));
        var finding = Find(framework, provision);

        Assert.Equal(status, finding.Status switch { FindingStatus.Met => "met", FindingStatus.Attention => "attention", _ => "not-covered" });
        if (finding.Status != FindingStatus.NotCovered)
        {
            Assert.Equal(new FindingEvidence(type, finding.Evidence[0].Facet, 3, 20, 40), Assert.Single(finding.Evidence));
            Assert.Contains("3 ", finding.Statement, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_speaks_against_it_outweighs_what_shows_it_and_both_are_evidence()
    {
        _counter.Add(nameof(DataAdmitted), null, null, new Tally(1_000, 0, 999));
        Assert.Equal("1,000 placements admitted; no violations opened, no violations accepted by people. Violations opened before the time of the report are not in these figures.", Find("Residency laws", "Violations").Statement);

        _counter.Add(nameof(ResidencyViolationOpened), null, null, Tally.One(1_000));
        var finding = Find("Residency laws", "Violations");

        Assert.Equal(FindingStatus.Attention, finding.Status);
        Assert.StartsWith("To be looked at: 1 violation opened.", finding.Statement, StringComparison.Ordinal);
        Assert.Equal([new(nameof(ResidencyViolationOpened), null, 1, 1_000, 1_000), new(nameof(DataAdmitted), null, 1_000, 0, 999)], finding.Evidence);
    }

    [Fact]
    public void From_a_part_of_the_entries_nothing_is_concluded_but_alarms_stay_alarms()
    {
        foreach (var type in new[] { nameof(DataAdmitted), nameof(AccessRequested), nameof(AccessGranted), nameof(AccessUsed), nameof(DataClassified), nameof(AccessRevoked), nameof(PolicyPublished) })
        {
            _counter.Add(type, null, null, Tally.One(1));
        }

        Assert.DoesNotContain(Findings.Of(_counter, ofPlatform: true, narrowed: true), finding => finding.Status == FindingStatus.Met);
        _counter.Add(nameof(ResidencyViolationOpened), null, null, Tally.One(2));
        Assert.Equal(FindingStatus.Attention, Find("Residency laws", "Violations", narrowed: true).Status);
    }

    [Fact]
    public void A_tenants_report_does_not_say_that_there_is_nothing_where_it_cannot_see()
    {
        _counter.Add(nameof(DataAdmitted), null, null, Tally.One(1));

        Assert.DoesNotContain("no malformed", Find("GDPR", "Art. 5(2)").Statement, StringComparison.Ordinal);
        Assert.EndsWith("Of malformed messages only the platform's own report tells.", Find("GDPR", "Art. 5(2)").Statement, StringComparison.Ordinal);
        Assert.Contains("no malformed messages", Find("GDPR", "Art. 5(2)", ofPlatform: true).Statement, StringComparison.Ordinal);
        _counter.Add(LogEntry.MalformedType, null, null, Tally.One(2));
        Assert.Equal(FindingStatus.Attention, Find("GDPR", "Art. 5(2)", ofPlatform: true).Status);
    }

    [Fact]
    public void Whatever_the_log_holds_some_provisions_it_never_covers_and_no_sentence_promises_compliance()
    {
        foreach (var type in typeof(AccessRequested).Assembly.GetExportedTypes().Where(type => type.IsAssignableTo(typeof(Contracts.IEvent)) && type.IsClass))
        {
            _counter.Add(type.Name, null, null, Tally.One(7));
        }

        var findings = Findings.Of(_counter, ofPlatform: true, narrowed: false);
        Assert.Subset(findings.Where(finding => finding.Status == FindingStatus.NotCovered).Select(finding => (finding.Framework, finding.Provision)).ToHashSet(), NeverInTheLog.ToHashSet());
        Assert.All(findings, finding => Assert.DoesNotMatch("(?i)complian|certif|guarantee|prove", finding.Statement));
        Assert.Contains("not a certificate", Findings.Note, StringComparison.Ordinal);
    }

    private ReportFinding Find(string framework, string provision, bool ofPlatform = false, bool narrowed = false) =>
        Findings.Of(_counter, ofPlatform, narrowed).Single(finding => (finding.Framework, finding.Provision) == (framework, provision));
}
