namespace Sovereignty.Chaos;

/// <summary>Which guard is left out, to show the damage that it keeps away.</summary>
/// <param name="Without"><c>inbox</c>, <c>transaction</c>, <c>lock</c>, or null for none.</param>
public sealed record Controls(string? Without)
{
    public bool WithoutInbox => Without == "inbox";

    /// <summary>What is published leaves after the commit instead of being part of it.</summary>
    public bool WithoutTransaction => Without == "transaction";

    public bool WithoutLock => Without == "lock";
}

/// <summary>A message that waits for the commit outside the transaction.</summary>
internal sealed record Afterwards(Entered Message);
