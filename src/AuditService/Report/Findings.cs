using Sovereignty.AuditService.Receiving;
using Sovereignty.Contracts.Access;
using Sovereignty.Contracts.Audit;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Residency;
using Sovereignty.TransparencyLog;

namespace Sovereignty.AuditService.Report;

/// <summary>What a report's figures say to provisions of the frameworks: from the figures alone, in the order of the list.</summary>
internal static class Findings
{
    public const string Note =
        "Findings say what the counted entries show for a part of each provision, and no more. The log is evidence, not a certificate: "
        + "'met' means that entries show what was looked for and none speaks against it, 'attention' that a person has to look at some, 'not-covered' that they say nothing about it.";

    private const string Gdpr = "GDPR";
    private const string Ccpa = "CCPA";
    private const string Residency = "Residency laws";
    private const string Iso = "ISO/IEC 27001:2022";
    private const string Soc = "SOC 2";

    private static readonly Signal Requests = new(nameof(AccessRequested), null, "request for access", "requests for access");
    private static readonly Signal Approvals = new(nameof(AccessApproved), EventFacets.Complete, "request approved by people", "requests approved by people");
    private static readonly Signal Denials = new(nameof(AccessDenied), null, "request denied by people", "requests denied by people");
    private static readonly Signal Refusals = new(nameof(AccessRefused), null, "request refused by policy or law", "requests refused by policy or law");
    private static readonly Signal Grants = new(nameof(AccessGranted), null, "grant", "grants");
    private static readonly Signal Uses = new(nameof(AccessUsed), null, "use", "uses");
    private static readonly Signal UsesRefused = new(nameof(AccessUseRefused), null, "use refused", "uses refused");
    private static readonly Signal Ends = new(nameof(AccessEnded), null, "grant ended at its time", "grants ended at their time");
    private static readonly Signal Revocations = new(nameof(AccessRevoked), null, "grant revoked", "grants revoked");
    private static readonly Signal Suspensions = new(nameof(AccessSuspended), null, "grant suspended", "grants suspended");
    private static readonly Signal Returns = new(nameof(AccessGivenBack), null, "grant given back", "grants given back");
    private static readonly Signal Admissions = new(nameof(DataAdmitted), null, "placement admitted", "placements admitted");
    private static readonly Signal Rejections = new(nameof(DataRejected), null, "placement rejected", "placements rejected");
    private static readonly Signal Classifications = new(nameof(DataClassified), null, "classification recorded", "classifications recorded");
    private static readonly Signal Violations = new(nameof(ResidencyViolationOpened), null, "violation opened", "violations opened");
    private static readonly Signal ViolationsAccepted = new(nameof(ResidencyViolationAccepted), null, "violation accepted by a person", "violations accepted by people");
    private static readonly Signal ViolationsResolved = new(nameof(ResidencyViolationResolved), null, "violation resolved", "violations resolved");
    private static readonly Signal Malformed = new(LogEntry.MalformedType, null, "malformed message", "malformed messages") { OfPlatform = true };
    private static readonly Signal Conflicts = new(nameof(MessageIdConflict), null, "message id that came with other bytes", "message ids that came with other bytes");
    private static readonly Signal Faults = new(EventTypes.Fault, null, "event that failed in a service", "events that failed in a service");
    private static readonly Signal Stalls = new(nameof(AccessStalled), null, "request with nobody left to decide it", "requests with nobody left to decide them");
    private static readonly Signal Escalations = new(nameof(AccessEscalated), null, "request escalated", "requests escalated");
    private static readonly Signal Overdue = new(nameof(AccessValidationOverdue), null, "validation overdue", "validations overdue");
    private static readonly Signal ForgedProofs = new(nameof(AccessCommandRefused), AccessCodes.ProofForged, "forged decision proof", "forged decision proofs");
    private static readonly Signal ReplayedProofs = new(nameof(AccessCommandRefused), AccessCodes.ProofReplayed, "replayed decision proof", "replayed decision proofs");
    private static readonly Signal OwnRequests = new(nameof(AccessCommandRefused), AccessCodes.SelfApproval, "decision on an own request refused", "decisions on own requests refused");
    private static readonly Signal SecondVotes = new(nameof(AccessCommandRefused), AccessCodes.AlreadyVoted, "second vote of one person refused", "second votes of one person refused");
    private static readonly Signal WithoutMechanism = new(nameof(AccessRefused), AccessCodes.MechanismMissing, "request refused for want of a transfer mechanism", "requests refused for want of a transfer mechanism");
    private static readonly Signal WrongMechanism = new(nameof(AccessRefused), AccessCodes.MechanismInvalid, "request refused for a mechanism that does not fit", "requests refused for a mechanism that does not fit");
    private static readonly Signal Bans = new(nameof(AccessRefused), AccessCodes.TransferBanned, "request refused by a transfer ban", "requests refused by a transfer ban");
    private static readonly Signal OutsideViews = new(nameof(AccessRefused), AccessCodes.ViewFromOutsideForbidden, "request refused as seen from outside the boundary", "requests refused as seen from outside the boundary");
    private static readonly Signal OtherPurposes = new(nameof(AccessUseRefused), AccessCodes.PurposeNotCovered, "use for another purpose refused", "uses for another purpose refused");
    private static readonly Signal OtherActions = new(nameof(AccessUseRefused), AccessCodes.ActionNotCovered, "use beyond the granted actions refused", "uses beyond the granted actions refused");
    private static readonly Signal Policies = new(nameof(PolicyPublished), null, "residency policy published", "residency policies published");
    private static readonly Signal PoliciesRetired = new(nameof(PolicyRetired), null, "residency policy retired", "residency policies retired");
    private static readonly Signal ApprovalRules = new(nameof(ApprovalRuleChanged), null, "approval rule changed", "approval rules changed");
    private static readonly Signal Standings = new(nameof(PersonStandingChanged), null, "standing of a person changed", "standings of people changed");
    private static readonly Signal LegalFacts = new(nameof(LegalFactChanged), null, "legal fact changed", "legal facts changed");

    private static readonly Criterion[] Criteria =
    [
        new(Gdpr, "Art. 5(2)", "Is it recorded who decided what about data and access, and when?",
            [Admissions, Rejections, Requests, Approvals, Denials, Refusals, Grants, Uses], [Malformed, Conflicts],
            "Records serve accountability; whether the decisions were right they do not show."),
        new(Gdpr, "Art. 30(1)(d), (e)", "Are accesses across regions recorded with source, target and purpose?",
            [Requests, Grants], [],
            "Each carries its regions and purpose; the other contents of a record of processing activities are not in this log."),
        new(Gdpr, "Art. 44", "Were accesses to data from other regions decided, and the decisions recorded?",
            [Grants, Approvals, Denials, Refusals, UsesRefused], [],
            "Whether a decision fits the law of the countries concerned is for people to judge."),
        new(Gdpr, "Art. 45, 46", "Were transfers without a ground for transfer turned down?",
            [WithoutMechanism, WrongMechanism, Bans], [],
            "Whether the mechanisms of what was granted are sufficient is not in these figures."),
        new(Gdpr, "Art. 33, 34", "Are personal data breaches and their notifications recorded?",
            [], [],
            "They are no events of this log."),

        new(Ccpa, "Cal. Civ. Code 1798.100(c)", "Were uses outside the granted purpose or actions turned down?",
            [OtherPurposes, OtherActions], [],
            "Whether a purpose is compatible with why the data was collected is not in this log."),
        new(Ccpa, "Cal. Civ. Code 1798.100(e)", "Did a control stand between people and data, and record what it did?",
            [Uses, UsesRefused], [ForgedProofs, ReplayedProofs],
            "One control of several that reasonable security takes."),
        new(Ccpa, "Cal. Code Regs. tit. 11, 7101", "Are requests of consumers and the answers to them recorded?",
            [], [],
            "They are no events of this log."),

        new(Residency, "Placement of data", "Was data placed by a recorded decision of residency policy?",
            [Admissions, Rejections], [],
            "The log records decisions; where bytes lie in fact it does not observe."),
        new(Residency, "Violations", "Did data stay where it would be admitted?",
            [Admissions, Rejections, ViolationsResolved], [Violations, ViolationsAccepted],
            "Violations opened before the time of the report are not in these figures."),
        new(Residency, "Access from outside", "Were accesses from where a law or policy forbids them turned down?",
            [Bans, OutsideViews], [],
            "Accesses past the platform are not in this log."),

        new(Iso, "Annex A 5.3", "Were decisions on an own request, and second votes, turned down?",
            [OwnRequests, SecondVotes], [],
            "Duties outside the approval of access are not in this log."),
        new(Iso, "Annex A 5.12", "Was data classified?",
            [Classifications], [],
            "Whether the levels fit the data is for people to judge."),
        new(Iso, "Annex A 5.15", "Was access decided by rule or by people before it was granted?",
            [Approvals, Denials, Refusals, Grants], [Stalls],
            "Access to systems other than through the platform is not in this log."),
        new(Iso, "Annex A 5.18", "Were access rights given for a time, and taken away?",
            [Ends, Returns, Revocations, Suspensions], [],
            "Whether each right was needed as long as it held is for people to judge."),
        new(Iso, "Annex A 8.15", "Were events logged, whole and readable?",
            [Admissions, Rejections, Requests, Approvals, Denials, Refusals, Grants, Uses, UsesRefused], [Malformed, Conflicts, Faults],
            "That no entry was changed or left out is shown by verifying the log against the checkpoint, not by this report."),
        new(Iso, "Annex A 8.16", "Were requests that wait, and answers that are late, noticed?",
            [Escalations], [Stalls, Overdue],
            "Networks and systems are not monitored by this log."),

        new(Soc, "CC6.1", "Was access to data controlled at its use?",
            [Uses, UsesRefused], [ForgedProofs, ReplayedProofs],
            "The design of the control is not judged here."),
        new(Soc, "CC6.3", "Was access approved, changed and removed by recorded decisions?",
            [Approvals, Denials, Grants, Revocations, Suspensions, Standings], [Stalls],
            "Whether roles are assigned as they should be is for people to judge."),
        new(Soc, "CC7.2", "Were uses watched, without a sign of an attack or a failure?",
            [Uses, UsesRefused], [ForgedProofs, ReplayedProofs, Conflicts, Malformed, Faults],
            "Only anomalies that the platform makes an event of are in this log."),
        new(Soc, "CC7.3, CC7.4", "Are security incidents and the responses to them recorded?",
            [], [],
            "They are no events of this log."),
        new(Soc, "CC8.1", "Were changes of policies and rules recorded?",
            [Policies, PoliciesRetired, ApprovalRules, LegalFacts], [],
            "Changes of software and infrastructure are not in this log."),
    ];

    /// <param name="counter">The figures.</param>
    /// <param name="ofPlatform">Whether they are the platform's rather than a tenant's.</param>
    /// <param name="narrowed">Whether filters other than the time left entries out.</param>
    public static IReadOnlyList<ReportFinding> Of(ReportCounter counter, bool ofPlatform, bool narrowed) =>
        [.. Criteria.Select(criterion => criterion.Judge(counter, ofPlatform, narrowed))];
}
