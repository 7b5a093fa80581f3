using Sovereignty.Contracts.Access;
using Sovereignty.Contracts.Audit;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Operations;
using Sovereignty.Contracts.Regions;
using Sovereignty.Contracts.Residency;

namespace Sovereignty.Contracts.Tests;

/// <summary>One message of each type, every member set.</summary>
internal static class Samples
{
    private static readonly DateTimeOffset Then = new(2026, 11, 23, 5, 30, 0, TimeSpan.Zero);

    private static readonly Actor Somebody = new() { Issuer = "https://issuer.example/", Subject = "policy-admin", DisplayName = "Policy Administrator", Roles = ["policy-admin"], Country = "DE" };

    private static readonly Region Frankfurt = new()
    {
        Code = "eu-central-1",
        Provider = "aws",
        Partition = "aws",
        Country = "DE",
        Place = "Frankfurt",
        Operator = "Amazon Web Services",
        OperatorJurisdictions = ["DE", "US"],
        Endpoints = [new("https://probe.example/")],
        State = RegionState.Active,
        Version = 3,
    };

    private static readonly ResidencyPolicy Policy = new()
    {
        Id = new("0192f0c1-2222-7000-8000-000000000001"),
        Version = 2,
        TenantId = "acme",
        DataType = "order",
        Mode = ResidencyMode.ClientOwned,
        Parameters = new()
        {
            Country = "DE",
            Group = "EU",
            Countries = ["DE", "FR"],
            PrimaryRegions = ["eu-central-1"],
            ReplicaRegions = ["eu-west-1"],
            Regions = [new() { Code = "eu-central-1", Use = ClientRegionUse.Both }],
            ViewFromOutside = true,
        },
        Mechanisms = [new() { Kind = TransferMechanismKind.Scc, Reference = "SCC-2026-17", Countries = ["US"], ValidUntil = Then.AddYears(1) }],
        ValidFrom = Then,
        ValidTo = Then.AddYears(1),
    };

    private static readonly LegalFact Fact = new()
    {
        Id = "adequacy-eea-gb",
        Kind = LegalFactKinds.Adequacy,
        Instrument = "GDPR Art. 45, Decision (EU) 2021/1772",
        Country = "DE",
        From = "EEA",
        To = "GB",
        Destinations = ["GB"],
        DataTypes = ["order"],
        Levels = [ClassificationLevel.Transactional],
        Group = "EEA",
        Members = [new() { Country = "DE", From = new(1994, 1, 1), Until = new(2099, 12, 31) }],
        Scope = "private sector",
        CertifiedOnly = true,
        Effect = LegalEffect.MechanismRequired,
        ValidFrom = new(2021, 6, 28),
        ValidUntil = new(2031, 12, 27),
        Status = "in-force",
        Rule = "Data goes to the United Kingdom as if it stayed.",
        Note = "renewed 19 Dec 2025",
        ReviewBy = new(2031, 6, 27),
    };

    private static readonly ResidencyViolation Violation = new()
    {
        Id = new("0192f0c1-6666-7000-8000-000000000001"),
        TenantId = "acme",
        DataType = "order",
        Classification = ClassificationLevel.Transactional,
        OriginCountry = "DE",
        PrimaryRegion = "eu-west-2",
        ReplicaRegions = ["eu-west-1"],
        BackupRegions = ["eu-north-1"],
        Placements = 12_340,
        Code = ReasonCodes.MechanismMissing,
        Message = "Primary region eu-west-2 lies in GB; no mechanism is declared.",
        Citations = [new() { FactId = "transfer-eea", Instrument = "GDPR Art. 44, 46, 47, 49" }],
        Since = Then,
        Epoch = 43,
        Remediations = [new() { Kind = RemediationKind.Move, Region = "eu-west-2", Targets = ["eu-west-1"] }],
    };

    private static readonly Decision Decided = new()
    {
        DataId = "order-4711",
        TenantId = "acme",
        Outcome = DecisionOutcome.AllowWithObligations,
        Code = ReasonCodes.Compliant,
        Message = "Every copy lies where the policy allows it.",
        PolicyId = new("0192f0c1-2222-7000-8000-000000000001"),
        PolicyVersion = 2,
        Epoch = 41,
        InputHash = new string('a', 64),
        Obligations = new()
        {
            Encryption = Requirement.Required,
            AuditLog = Requirement.Required,
            Retention = new() { Least = "P7Y", Most = "P10Y" },
            PersonalData = PersonalDataHandling.Strict,
            CrossBorder = CrossBorderRule.AllowedWithLogging,
        },
        AllowedReplicaRegions = ["eu-west-1"],
        NearestCompliantRegions = ["eu-central-1"],
        Citations = [new() { FactId = "localisation-ru", Instrument = "152-FZ Art. 18(5)" }],
    };

    private static readonly Guid Request = new("0192f0c1-3333-7000-8000-000000000001");

    private static readonly Guid Grant = new("0192f0c1-4444-7000-8000-000000000001");

    private static readonly Guid Command = new("0192f0c1-5555-7000-8000-000000000001");

    private static readonly TransferMechanism Clauses = new() { Kind = TransferMechanismKind.Scc, Reference = "SCC-2026-17", ValidUntil = Then.AddYears(1) };

    private static readonly Citation Adequacy = new() { FactId = "adequacy-eea-us", Instrument = "GDPR Art. 45, Decision (EU) 2023/1795" };

    public static IReadOnlyList<object> All { get; } =
    [
        new DataCreated { OccurredAt = Then, TenantId = "acme", Actor = Somebody, DataId = "order-4711", DataType = "order", Classification = "transactional", OriginCountry = "DE", PrimaryRegion = "eu-central-1", ReplicaRegions = ["eu-west-1"], BackupRegions = ["eu-north-1"], MinimumEpoch = 40 },
        new DataAdmitted { OccurredAt = Then, TenantId = "acme", Actor = Somebody, DataId = "order-4711", Decision = Decided },
        new DataRejected { OccurredAt = Then, TenantId = "acme", Actor = Somebody, DataId = "order-4711", Decision = Decided with { Outcome = DecisionOutcome.NotPermitted, Code = ReasonCodes.PrimaryOutsideResidency } },
        new DataClassified { OccurredAt = Then, TenantId = "acme", Actor = Somebody, DataId = "order-4711", DataType = "order", Classification = ClassificationLevel.Transactional, Previous = ClassificationLevel.Content, Version = 2 },
        new PolicyPublished { OccurredAt = Then, TenantId = "acme", Actor = Somebody, Policy = Policy, Epoch = 41 },
        new PolicyRetired { OccurredAt = Then, TenantId = "acme", Actor = Somebody, Policy = Policy, Epoch = 42 },
        new DataReclassified { OccurredAt = Then, TenantId = "acme", Actor = Somebody, DataId = "order-4711", DataType = "order", Previous = ClassificationLevel.Content, Classification = ClassificationLevel.Transactional, StricterOn = ["encryption"], Version = 2 },
        new LegalFactChanged { OccurredAt = Then, TenantId = null, Actor = Somebody, Fact = Fact, Version = 2, Epoch = 43 },
        new ClassificationRuleChanged { OccurredAt = Then, TenantId = null, Actor = Somebody, Rule = new() { Level = ClassificationLevel.Identity, Obligations = Decided.Obligations!, TenantRetention = new() { Least = "P1Y", Most = "P10Y" }, LongestAccess = "P30D" }, Version = 2, Epoch = 44 },
        new RetentionRuleChanged { OccurredAt = Then, TenantId = "acme", Actor = Somebody, Rule = new() { TenantId = "acme", Level = ClassificationLevel.Identity, Retention = new() { Least = "P7Y", Most = "P10Y" } }, Version = 1, Epoch = 45 },
        new EpochActivated { OccurredAt = Then, TenantId = null, Actor = Somebody, Epoch = 45, ContentHash = new string('b', 64), BeganAt = Then, NextBoundary = Then.AddDays(1) },
        new ResidencyViolationOpened { OccurredAt = Then, TenantId = "acme", Actor = Somebody, Violation = Violation },
        new ResidencyViolationAccepted { OccurredAt = Then, TenantId = "acme", Actor = Somebody, ViolationId = Violation.Id, Until = Then.AddDays(30), Reason = "The data moves this month." },
        new ResidencyViolationResolved { OccurredAt = Then, TenantId = "acme", Actor = Somebody, Violation = Violation, Resolution = ViolationResolution.Permitted, Epoch = 46 },
        new RegionRegistered { OccurredAt = Then, TenantId = null, Actor = Somebody, Region = Frankfurt },
        new RegionUpdated { OccurredAt = Then, TenantId = null, Actor = Somebody, Region = Frankfurt },
        new RegionStateChanged { OccurredAt = Then, TenantId = null, Actor = Somebody, Previous = RegionState.Validating, Reason = "checks passed", Region = Frankfurt },
        new RegionSnapshotTaken { OccurredAt = Then, TenantId = null, Actor = Somebody, Regions = [Frankfurt] },
        new RequestRegionSnapshot { RequestedBy = "policy-service" },
        new MessageMalformed { OccurredAt = Then, TenantId = "acme", Actor = Somebody, Queue = "policy.ingress", DeadLetterQueue = "policy.ingress_dead", SourceMessageId = "m-1", Code = "json-invalid", Reason = "The body is not valid JSON." },
        new MessageIdConflict { OccurredAt = Then, TenantId = "acme", Actor = Somebody, ConflictingMessageId = "m-1", FirstIndex = 17, BodyHash = new string('c', 64) },
        new CheckpointRefused { OccurredAt = Then, TenantId = null, Actor = Somebody, Log = "audit.example/log", Witness = "witness.example/regulator", Jurisdiction = "regulator", OfferedSize = 4711, OfferedRoot = Convert.ToBase64String(new byte[32]), HeldSize = 5000, Status = 409 },
        new NumbersMissing { OccurredAt = Then, TenantId = null, Actor = Somebody, Source = "policy-service", First = 4711, Last = 4720, Count = 4, Since = Then.AddMinutes(-5), ShownBy = 1_204 },
        new NumbersRepeated { OccurredAt = Then, TenantId = null, Actor = Somebody, Source = "region-service", Number = 17, Highest = 42, Since = Then, ShownBy = 1_204 },
        new ReportIssued
        {
            OccurredAt = Then, TenantId = "acme", Actor = Somebody, Report = $"sha-256:{new string('d', 64)}", Bytes = 48_213, CheckpointSize = 1_204, CheckpointRoot = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
            Scope = new() { From = Then, To = Then.AddDays(28), ByUser = true, ByData = true, Region = "us-east-1", Action = "export", Type = "AccessUsed" }, Events = 311, Shown = 50,
        },
        new MessageInspected { OccurredAt = Then, TenantId = "acme", Actor = Somebody, Service = "policy-service", Queue = "policy.data-created_error", MessageId = "m-1", MessageType = "Sovereignty.Contracts.Data:DataCreated" },
        new MessageRedriven { OccurredAt = Then, TenantId = "acme", Actor = Somebody, Service = "policy-service", Queue = "policy.data-created_error", MessageId = "m-1", MessageType = "Sovereignty.Contracts.Data:DataCreated", Reason = "The database is back.", Code = OperationCodes.Ordered },
        new MessageDiscarded { OccurredAt = Then, TenantId = "acme", Actor = Somebody, Service = "policy-service", Queue = "policy.data-created_error", MessageId = "m-1", MessageType = "Sovereignty.Contracts.Data:DataCreated", Reason = "Sent twice.", Code = OperationCodes.Ordered },
        new AccessRequested { OccurredAt = Then, TenantId = "acme", Actor = Somebody, RequestId = Request, Version = 4, DataId = "order-4711", SourceRegion = "eu-central-1", TargetRegion = "us-east-1", Purpose = "customer-support", Actions = ["read"], Justification = "Ticket 4711", TargetCountry = "US", Start = Then.AddHours(1), Duration = "PT8H", Mechanism = Clauses, Budget = new() { Uses = 100 }, Extends = Command },
        new AccessValidationStarted { OccurredAt = Then, TenantId = "acme", Actor = Somebody, RequestId = Request, Version = 4, DataId = "order-4711", SourceRegion = "eu-central-1", TargetRegion = "us-east-1", AnswerDue = Then.AddSeconds(30) },
        new AccessValidationOverdue { OccurredAt = Then, TenantId = "acme", Actor = Somebody, RequestId = Request, Version = 4, DataId = "order-4711", SourceRegion = "eu-central-1", TargetRegion = "us-east-1", Asked = 2, AnswerDue = Then.AddMinutes(1) },
        new AccessRefused { OccurredAt = Then, TenantId = "acme", Actor = Somebody, RequestId = Request, Version = 4, DataId = "order-4711", SourceRegion = "eu-central-1", TargetRegion = "us-east-1", Code = AccessCodes.MechanismMissing, Reason = "The transfer needs a mechanism.", PolicyId = Policy.Id, PolicyVersion = 2, Citations = [Adequacy] },
        new AccessRouted { OccurredAt = Then, TenantId = "acme", Actor = Somebody, RequestId = Request, Version = 4, DataId = "order-4711", SourceRegion = "eu-central-1", TargetRegion = "us-east-1", Jurisdiction = "DE", ApproverRoles = ["approver", "dpo"], Quorum = 2, LapsesAt = Then.AddDays(7), PolicyId = Policy.Id, PolicyVersion = 2, Citations = [Adequacy], Stage = 2, Stages = 2, StageName = "Data protection", RuleId = Command, RuleVersion = 3, People = ["dpo-de"] },
        new AccessApproved { OccurredAt = Then, TenantId = "acme", Actor = Somebody, RequestId = Request, Version = 4, DataId = "order-4711", SourceRegion = "eu-central-1", TargetRegion = "us-east-1", Reason = "Fits the ticket.", Duration = "PT4H", Stage = 2, Remaining = 1 },
        new AccessDenied { OccurredAt = Then, TenantId = "acme", Actor = Somebody, RequestId = Request, Version = 4, DataId = "order-4711", SourceRegion = "eu-central-1", TargetRegion = "us-east-1", Reason = "Not needed." },
        new AccessWithdrawn { OccurredAt = Then, TenantId = "acme", Actor = Somebody, RequestId = Request, Version = 4, DataId = "order-4711", SourceRegion = "eu-central-1", TargetRegion = "us-east-1", Reason = "Solved otherwise." },
        new AccessLapsed { OccurredAt = Then, TenantId = "acme", Actor = Somebody, RequestId = Request, Version = 4, DataId = "order-4711", SourceRegion = "eu-central-1", TargetRegion = "us-east-1", LapsedAt = Then.AddDays(7) },
        new AccessGranted { OccurredAt = Then, TenantId = "acme", Actor = Somebody, RequestId = Request, Version = 4, DataId = "order-4711", SourceRegion = "eu-central-1", TargetRegion = "us-east-1", GrantId = Grant, Subject = Somebody, StartsAt = Then, EndsAt = Then.AddHours(4), Purpose = "customer-support", Actions = ["read"], TargetCountry = "US", Automatic = true, Scheduled = true, Budget = new() { Uses = 100, Records = 1000 }, Extends = Command, RuleId = Command, RuleVersion = 3, PolicyId = Policy.Id, PolicyVersion = 2, Citations = [Adequacy] },
        new AccessActivated { OccurredAt = Then, TenantId = "acme", Actor = Somebody, RequestId = Request, Version = 4, DataId = "order-4711", SourceRegion = "eu-central-1", TargetRegion = "us-east-1", GrantId = Grant, PolicyId = Policy.Id, PolicyVersion = 2 },
        new AccessRevoked { OccurredAt = Then, TenantId = "acme", Actor = Somebody, RequestId = Request, Version = 4, DataId = "order-4711", SourceRegion = "eu-central-1", TargetRegion = "us-east-1", GrantId = Grant, Code = AccessCodes.ViewFromOutsideForbidden, Reason = "The ticket is closed." },
        new AccessGivenBack { OccurredAt = Then, TenantId = "acme", Actor = Somebody, RequestId = Request, Version = 4, DataId = "order-4711", SourceRegion = "eu-central-1", TargetRegion = "us-east-1", GrantId = Grant, Reason = "Done." },
        new AccessEnded { OccurredAt = Then, TenantId = "acme", Actor = Somebody, RequestId = Request, Version = 4, DataId = "order-4711", SourceRegion = "eu-central-1", TargetRegion = "us-east-1", GrantId = Grant, EndedAt = Then.AddHours(4) },
        new PlacementChanged { OccurredAt = Then, TenantId = "acme", Actor = Somebody, DataId = "order-4711", Regions = ["eu-central-1", "eu-west-1"] },
        new AccessSuspended { OccurredAt = Then, TenantId = "acme", Actor = Somebody, RequestId = Request, Version = 4, DataId = "order-4711", SourceRegion = "eu-central-1", TargetRegion = "us-east-1", GrantId = Grant, Code = AccessCodes.RegionClosed, Reason = "The region us-east-1 is isolated.", Epoch = 42, Citations = [Adequacy] },
        new AccessResumed { OccurredAt = Then, TenantId = "acme", Actor = Somebody, RequestId = Request, Version = 4, DataId = "order-4711", SourceRegion = "eu-central-1", TargetRegion = "us-east-1", GrantId = Grant, Epoch = 43, Citations = [Adequacy] },
        new AccessShortened { OccurredAt = Then, TenantId = "acme", Actor = Somebody, RequestId = Request, Version = 4, DataId = "order-4711", SourceRegion = "eu-central-1", TargetRegion = "us-east-1", GrantId = Grant, EndsAt = Then.AddHours(4), Code = AccessCodes.DurationTooLong, Reason = "At most PT4H are allowed by now.", Epoch = 42, Citations = [] },
        new AccessExhausted { OccurredAt = Then, TenantId = "acme", Actor = Somebody, RequestId = Request, Version = 4, DataId = "order-4711", SourceRegion = "eu-central-1", TargetRegion = "us-east-1", GrantId = Grant },
        new AccessReminded { OccurredAt = Then, TenantId = "acme", Actor = Somebody, RequestId = Request, Version = 4, DataId = "order-4711", SourceRegion = "eu-central-1", TargetRegion = "us-east-1", Stage = 1, StageName = "Approval", Jurisdiction = "DE", LapsesAt = Then.AddDays(6) },
        new AccessEscalated { OccurredAt = Then, TenantId = "acme", Actor = Somebody, RequestId = Request, Version = 4, DataId = "order-4711", SourceRegion = "eu-central-1", TargetRegion = "us-east-1", Stage = 1, StageName = "Approval", Jurisdiction = "DE", LapsesAt = Then.AddDays(4) },
        new AccessStalled { OccurredAt = Then, TenantId = "acme", Actor = Somebody, RequestId = Request, Version = 4, DataId = "order-4711", SourceRegion = "eu-central-1", TargetRegion = "us-east-1", Stage = 1, StageName = "Approval", Jurisdiction = "DE", Code = AccessCodes.NobodyCanApprove, Reason = "Stage 'Approval' takes 2 of approver in DE, and the directory has too few." },
        new PersonStandingChanged { OccurredAt = Then, TenantId = "acme", Actor = Somebody, Subject = "approver-de", Version = 2, Roles = ["approver"], Jurisdictions = ["DE", "AT"], Active = true, ValidFrom = Then.AddDays(1) },
        new ApprovalRuleChanged { OccurredAt = Then, TenantId = "acme", Actor = Somebody, Rule = new() { Id = Policy.Id, Version = 2, TenantId = "acme", Classification = ClassificationLevel.Identity, SourceJurisdiction = "DE", Destination = "US", Purpose = "customer-support", Automatic = false, Stages = [new() { Name = "Line", Roles = ["approver"], Quorum = 2 }, new() { Name = "Data protection", Roles = ["dpo"], People = ["dpo-de"], Quorum = 1 }], LongestDuration = "P7D", Budget = new() { Uses = 100, Records = 1000, Bytes = 1_000_000, Subjects = 500 }, RemindAfter = "PT12H", EscalateAfter = "P2D" }, Retired = false },
        new AccessCommandRefused { OccurredAt = Then, TenantId = "acme", Actor = Somebody, RequestId = Request, Version = 4, DataId = "order-4711", SourceRegion = "eu-central-1", TargetRegion = "us-east-1", Command = "approve", CommandId = Command, Code = AccessCodes.SelfApproval, Reason = "Somebody else has to decide." },
        new AccessCommandRepeated { OccurredAt = Then, TenantId = "acme", Actor = Somebody, RequestId = Request, Version = 4, DataId = "order-4711", SourceRegion = "eu-central-1", TargetRegion = "us-east-1", Command = "approve", CommandId = Command },
        new AccessUsed { OccurredAt = Then, TenantId = "acme", Actor = Somebody, GrantId = Grant, RequestId = Request, DataId = "order-4711", Region = "us-east-1", Purpose = "customer-support", Action = "read", Records = 3, Bytes = 4096, Subjects = 1, ReportedBy = Somebody },
        new AccessUseRefused { OccurredAt = Then, TenantId = "acme", Actor = Somebody, DataId = "order-4711", Region = "us-east-1", Purpose = "customer-support", Action = "read", Code = AccessCodes.Ended, ReportedBy = Somebody },
        new ApproveAccess { RequestId = Request, Reason = "Fits the ticket.", Duration = "PT4H", Proof = "header.payload.signature" },
        new RejectAccess { RequestId = Request, Reason = "Not needed.", Proof = "header.payload.signature" },
        new ValidateAccess { RequestId = Request, Attempt = 1, TenantId = "acme", DataId = "order-4711", SourceRegion = "eu-central-1", TargetRegion = "us-east-1", TargetCountry = "US", RequesterCountry = "US", Purpose = "customer-support", Start = Then, Duration = "PT8H", Mechanism = Clauses },
        new AccessValidated { OccurredAt = Then, TenantId = "acme", Actor = Somebody, RequestId = Request, Attempt = 1, DataId = "order-4711", SourceRegion = "eu-central-1", TargetRegion = "us-east-1", Permitted = true, Code = AccessCodes.Permitted, Reason = "Approvers in DE may decide.", SourceCountry = "DE", DataType = "order", Classification = ClassificationLevel.Transactional, CrossBorder = CrossBorderRule.Restricted, LongestDuration = "P30D", Epoch = 41, PolicyId = Policy.Id, PolicyVersion = 2, Citations = [Adequacy] },
        new ReviewAccesses { ReviewId = Command, Accesses = [new() { RequestId = Request, Attempt = 0, TenantId = "acme", DataId = "order-4711", SourceRegion = "eu-central-1", TargetRegion = "us-east-1", TargetCountry = "US", RequesterCountry = "US", Purpose = "customer-support", Start = Then, Duration = "PT8H", Mechanism = Clauses }] },
        new AccessesReviewed { ReviewId = Command, Epoch = 42, Answers = [new() { OccurredAt = Then, TenantId = "acme", Actor = Somebody, RequestId = Request, Attempt = 0, DataId = "order-4711", SourceRegion = "eu-central-1", TargetRegion = "us-east-1", Permitted = false, Code = AccessCodes.TransferBanned, Reason = "A law bans it.", SourceCountry = "DE", DataType = "order", Classification = ClassificationLevel.Transactional, CrossBorder = CrossBorderRule.Restricted, Epoch = 42, Citations = [Adequacy] }] },
    ];
}
