using Sovereignty.Contracts.Audit;
using Sovereignty.Contracts.Data;
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
        ValidFrom = Then,
        ValidTo = Then.AddYears(1),
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

    public static IReadOnlyList<object> All { get; } =
    [
        new DataCreated { OccurredAt = Then, TenantId = "acme", Actor = Somebody, DataId = "order-4711", DataType = "order", Classification = "transactional", OriginCountry = "DE", PrimaryRegion = "eu-central-1", ReplicaRegions = ["eu-west-1"], BackupRegions = ["eu-north-1"], MinimumEpoch = 40 },
        new DataAdmitted { OccurredAt = Then, TenantId = "acme", Actor = Somebody, DataId = "order-4711", Decision = Decided },
        new DataRejected { OccurredAt = Then, TenantId = "acme", Actor = Somebody, DataId = "order-4711", Decision = Decided with { Outcome = DecisionOutcome.NotPermitted, Code = ReasonCodes.PrimaryOutsideResidency } },
        new DataClassified { OccurredAt = Then, TenantId = "acme", Actor = Somebody, DataId = "order-4711", DataType = "order", Classification = ClassificationLevel.Transactional, Previous = ClassificationLevel.Content, Version = 2 },
        new PolicyPublished { OccurredAt = Then, TenantId = "acme", Actor = Somebody, Policy = Policy, Epoch = 41 },
        new PolicyRetired { OccurredAt = Then, TenantId = "acme", Actor = Somebody, Policy = Policy, Epoch = 42 },
        new RegionRegistered { OccurredAt = Then, TenantId = null, Actor = Somebody, Region = Frankfurt },
        new RegionUpdated { OccurredAt = Then, TenantId = null, Actor = Somebody, Region = Frankfurt },
        new RegionStateChanged { OccurredAt = Then, TenantId = null, Actor = Somebody, Previous = RegionState.Validating, Reason = "checks passed", Region = Frankfurt },
        new RegionSnapshotTaken { OccurredAt = Then, TenantId = null, Actor = Somebody, Regions = [Frankfurt] },
        new RequestRegionSnapshot { RequestedBy = "policy-service" },
        new MessageMalformed { OccurredAt = Then, TenantId = "acme", Actor = Somebody, Queue = "policy.ingress", DeadLetterQueue = "policy.ingress_dead", SourceMessageId = "m-1", Code = "json-invalid", Reason = "The body is not valid JSON." },
        new MessageIdConflict { OccurredAt = Then, TenantId = "acme", Actor = Somebody, ConflictingMessageId = "m-1", FirstIndex = 17, BodyHash = new string('c', 64) },
    ];
}
