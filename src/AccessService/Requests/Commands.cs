using Sovereignty.Contracts;
using Sovereignty.Contracts.Access;

namespace Sovereignty.AccessService.Requests;

/// <summary>A person's word to one request; on its way inside the service, after the person was authenticated.</summary>
internal interface IAccessCommand
{
    Guid RequestId { get; }

    Guid CommandId { get; }

    Actor Actor { get; }

    string Reason { get; }

    /// <summary>The command's name in events and answers.</summary>
    string Name { get; }
}

/// <summary>The request exists; drive it.</summary>
internal sealed record BeginAccess(Guid RequestId);

internal sealed record DecideAccess(Guid RequestId, Guid CommandId, Actor Actor, string Reason, ApprovalDecision Decision, TimeSpan? Duration) : IAccessCommand
{
    public string Name => Decision is ApprovalDecision.Approve ? "approve" : "reject";
}

internal sealed record WithdrawAccess(Guid RequestId, Guid CommandId, Actor Actor, string Reason) : IAccessCommand
{
    public string Name => "withdraw";
}

internal sealed record GiveBackAccess(Guid RequestId, Guid CommandId, Actor Actor, string Reason) : IAccessCommand
{
    public string Name => "give-back";
}

internal sealed record RevokeAccess(Guid RequestId, Guid CommandId, Actor Actor, string Reason) : IAccessCommand
{
    public string Name => "revoke";
}
