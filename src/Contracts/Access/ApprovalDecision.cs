namespace Sovereignty.Contracts.Access;

/// <summary>What an approver decides.</summary>
public enum ApprovalDecision
{
    /// <summary>Yes.</summary>
    Approve,

    /// <summary>No.</summary>
    Deny,
}
