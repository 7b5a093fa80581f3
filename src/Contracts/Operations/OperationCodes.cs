namespace Sovereignty.Contracts.Operations;

/// <summary>How far an operator's action on a message came.</summary>
public static class OperationCodes
{
    /// <summary>Recorded before it is done, so that nothing is done unseen; it was done unless <see cref="NotDone"/> follows.</summary>
    public const string Ordered = "ordered";

    /// <summary>The broker did not confirm it: the message may still be in the error queue.</summary>
    public const string NotDone = "not-done";
}
