using MassTransit;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Access;
using Sovereignty.Contracts.Residency;

namespace Sovereignty.AccessService.Requests;

// These go from the service to its own queue and nowhere else, so they have no exchanges.

/// <summary>A person's word to one request; on its way inside the service, after the person was authenticated.</summary>
[ExcludeFromTopology]
internal interface IAccessCommand
{
    Guid RequestId { get; }

    Guid CommandId { get; }

    Actor Actor { get; }

    string Reason { get; }

    /// <summary>The command's name in events and answers.</summary>
    string Name { get; }

    /// <summary>The id that the sender knows it by.</summary>
    Guid SenderId => CommandId;
}

/// <summary>The request exists; drive it.</summary>
[ExcludeFromTopology]
internal sealed record BeginAccess(Guid RequestId);

[ExcludeFromTopology]
internal sealed record DecideAccess(Guid RequestId, Guid CommandId, Actor Actor, string Reason, ApprovalDecision Decision, TimeSpan? Duration, Guid? MessageId = null) : IAccessCommand
{
    public Guid SenderId => MessageId ?? CommandId;

    public string Name => Decision is ApprovalDecision.Approve ? "approve" : "reject";
}

[ExcludeFromTopology]
internal sealed record WithdrawAccess(Guid RequestId, Guid CommandId, Actor Actor, string Reason) : IAccessCommand
{
    public string Name => "withdraw";
}

[ExcludeFromTopology]
internal sealed record GiveBackAccess(Guid RequestId, Guid CommandId, Actor Actor, string Reason) : IAccessCommand
{
    public string Name => "give-back";
}

[ExcludeFromTopology]
internal sealed record RevokeAccess(Guid RequestId, Guid CommandId, Actor Actor, string Reason) : IAccessCommand
{
    public string Name => "revoke";
}

/// <summary>Law, policy or data changed: what PolicyService says to the access by now.</summary>
[ExcludeFromTopology]
internal sealed record ReassessAccess(Guid RequestId, AccessValidated Answer);

/// <summary>The standing of the requester, or of people who could decide, changed.</summary>
/// <param name="ValidFrom">From when on; the directory is read as of then, where this clock has not come so far.</param>
[ExcludeFromTopology]
internal sealed record ReviewStanding(Guid RequestId, DateTimeOffset? ValidFrom = null);

/// <summary>The last of a grant's budget was used.</summary>
[ExcludeFromTopology]
internal sealed record ExhaustGrant(Guid RequestId, Guid GrantId, Actor By);
