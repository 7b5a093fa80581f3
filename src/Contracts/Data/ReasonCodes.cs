namespace Sovereignty.Contracts.Data;

/// <summary>Why a decision came out as it did: a closed list, only ever added to.</summary>
public static class ReasonCodes
{
    /// <summary>Every copy lies where the policy allows it.</summary>
    public const string Compliant = "compliant";

    /// <summary>The classification level is missing or none of the five.</summary>
    public const string ClassificationUnknown = "classification-unknown";

    /// <summary>The same data id came before with other content.</summary>
    public const string DataIdReused = "data-id-reused";

    /// <summary>A region is not in the registry.</summary>
    public const string RegionUnknown = "region-unknown";

    /// <summary>A region is a provider's alias for everywhere, not a place.</summary>
    public const string RegionNotAPlace = "region-not-a-place";

    /// <summary>A region takes no new data: proposed, draining, suspended, isolated or retired.</summary>
    public const string RegionNotActive = "region-not-active";

    /// <summary>The primary copy lies outside what the policy allows.</summary>
    public const string PrimaryOutsideResidency = "primary-outside-residency";

    /// <summary>A replica lies outside what the policy allows.</summary>
    public const string ReplicaOutsideResidency = "replica-outside-residency";

    /// <summary>A backup lies outside what the policy allows.</summary>
    public const string BackupOutsideResidency = "backup-outside-residency";

    /// <summary>The region's operator is bound by another country's law too.</summary>
    public const string OperatorNotSovereign = "operator-not-sovereign";

    /// <summary>A law keeps this data in its country of origin.</summary>
    public const string LocalisationRequired = "localisation-required";

    /// <summary>A law bans this data from that country.</summary>
    public const string TransferBanned = "transfer-banned";

    /// <summary>A law asks for a decision of adequacy or a transfer mechanism, and the policy declares none for that country.</summary>
    public const string MechanismMissing = "mechanism-missing";

    /// <summary>The demanded epoch is not active yet.</summary>
    public const string EpochNotReached = "epoch-not-reached";

    /// <summary>A field is missing or has no valid value; the message names it.</summary>
    public const string InputInvalid = "input-invalid";

    /// <summary>No residency policy applies, not even a default.</summary>
    public const string PolicyMissing = "policy-missing";
}
