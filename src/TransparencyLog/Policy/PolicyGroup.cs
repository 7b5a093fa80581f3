namespace Sovereignty.TransparencyLog.Policy;

/// <summary>A group of witnesses and of other groups.</summary>
/// <param name="Name">Its name within the policy.</param>
/// <param name="Threshold">How many members must have witnessed: 1 to their number.</param>
/// <param name="Members">Names defined before; each in one group at most.</param>
public sealed record PolicyGroup(string Name, int Threshold, IReadOnlyList<string> Members);
