namespace Sovereignty.Contracts.Access;

/// <summary>Why access is refused, or a command is not carried out: a closed list, only ever added to.</summary>
public static class AccessCodes
{
    /// <summary>The rules allow it: by grant, after approval or without.</summary>
    public const string Permitted = "permitted";

    /// <summary>The data was never admitted or classified here.</summary>
    public const string DataUnknown = "data-unknown";

    /// <summary>The data has no copy in the source region.</summary>
    public const string DataNotInRegion = "data-not-in-region";

    /// <summary>A region is not in the registry.</summary>
    public const string RegionUnknown = "region-unknown";

    /// <summary>A region is a provider's alias for everywhere, not a place.</summary>
    public const string RegionNotAPlace = "region-not-a-place";

    /// <summary>The target region is isolated or retired: nothing is seen through it.</summary>
    public const string RegionClosed = "region-closed";

    /// <summary>No rule says what the data's level allows.</summary>
    public const string ClassificationUnknown = "classification-unknown";

    /// <summary>The residency policy lets nobody see this data from outside its boundary.</summary>
    public const string ViewFromOutsideForbidden = "view-from-outside-forbidden";

    /// <summary>A law bans this data from the country of destination.</summary>
    public const string TransferBanned = "transfer-banned";

    /// <summary>The transfer needs a mechanism, and none was given.</summary>
    public const string MechanismMissing = "mechanism-missing";

    /// <summary>The mechanism ends before the access would, or is none that fits the countries.</summary>
    public const string MechanismInvalid = "mechanism-invalid";

    /// <summary>The access would last longer than the classification allows.</summary>
    public const string DurationTooLong = "duration-too-long";

    /// <summary>No residency policy applies, not even a default.</summary>
    public const string PolicyMissing = "policy-missing";

    /// <summary>The purpose cannot be requested here yet.</summary>
    public const string PurposeNotSupported = "purpose-not-supported";

    /// <summary>No rule names anybody who could approve it.</summary>
    public const string NobodyCanApprove = "nobody-can-approve";

    /// <summary>The requester cannot decide on the own request.</summary>
    public const string SelfApproval = "self-approval";

    /// <summary>This person has decided on the request already.</summary>
    public const string AlreadyVoted = "already-voted";

    /// <summary>The person does not have the role that this takes.</summary>
    public const string RoleMissing = "role-missing";

    /// <summary>The person does not belong to the jurisdiction of the source region.</summary>
    public const string WrongJurisdiction = "wrong-jurisdiction";

    /// <summary>Only the requester may do this.</summary>
    public const string NotTheRequester = "not-the-requester";

    /// <summary>The approver allows longer than was asked for.</summary>
    public const string DurationExtended = "duration-extended";

    /// <summary>There is no such request.</summary>
    public const string RequestUnknown = "request-unknown";

    /// <summary>The request does not wait for a decision yet.</summary>
    public const string NotDecidableYet = "not-decidable-yet";

    /// <summary>The request was decided before.</summary>
    public const string AlreadyDecided = "already-decided";

    /// <summary>The request lapsed.</summary>
    public const string Lapsed = "lapsed";

    /// <summary>The request has no grant to give back.</summary>
    public const string NoGrant = "no-grant";

    /// <summary>The request is over or granted: it can be given back or revoked, not withdrawn.</summary>
    public const string NotPending = "not-pending";

    /// <summary>The decision proof was not made by this platform's gateway, or was changed.</summary>
    public const string ProofForged = "proof-forged";

    /// <summary>The decision proof is older than its five minutes.</summary>
    public const string ProofExpired = "proof-expired";

    /// <summary>The decision proof was used before.</summary>
    public const string ProofReplayed = "proof-replayed";

    /// <summary>The decision proof is for another request or another decision.</summary>
    public const string ProofMismatch = "proof-mismatch";

    /// <summary>A field is missing or has no valid value; the message names it.</summary>
    public const string InputInvalid = "input-invalid";

    /// <summary>A grant covers the use.</summary>
    public const string Granted = "granted";

    /// <summary>No grant was ever given to this subject for this data.</summary>
    public const string NotGranted = "not-granted";

    /// <summary>The grant has not begun.</summary>
    public const string NotStarted = "not-started";

    /// <summary>The grant has ended.</summary>
    public const string Ended = "ended";

    /// <summary>The grant was revoked.</summary>
    public const string Revoked = "revoked";

    /// <summary>The grant was given back.</summary>
    public const string GivenBack = "given-back";

    /// <summary>The grant is for another region.</summary>
    public const string RegionNotCovered = "region-not-covered";

    /// <summary>The grant is for another purpose.</summary>
    public const string PurposeNotCovered = "purpose-not-covered";

    /// <summary>The grant allows other actions.</summary>
    public const string ActionNotCovered = "action-not-covered";

    /// <summary>The purpose is none that the platform or a rule of the tenant knows.</summary>
    public const string PurposeUnknown = "purpose-unknown";

    /// <summary>The person is not in the directory, is not active, or lost what this takes.</summary>
    public const string StandingMissing = "standing-missing";

    /// <summary>The data may cross the border only after approval by now, and nobody approved this.</summary>
    public const string ApprovalMissing = "approval-missing";

    /// <summary>The grant does not hold for now.</summary>
    public const string Suspended = "suspended";

    /// <summary>The grant's budget is used up.</summary>
    public const string Exhausted = "exhausted";

    /// <summary>The use is larger than what is left of the grant's budget.</summary>
    public const string BudgetExceeded = "budget-exceeded";

    /// <summary>The grant has a budget: it takes a recorded use, a check alone does not do.</summary>
    public const string UseRequired = "use-required";

    /// <summary>The grant's budget counts what the use did not tell the number of.</summary>
    public const string AmountMissing = "amount-missing";

    /// <summary>The enforcer has not heard from AccessService for longer than its bound.</summary>
    public const string SnapshotStale = "snapshot-stale";

    /// <summary>A rule for the same scope exists.</summary>
    public const string RuleExists = "rule-exists";
}
