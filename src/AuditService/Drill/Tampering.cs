namespace Sovereignty.AuditService.Drill;

/// <summary>A way to falsify the log.</summary>
/// <param name="Name">What is done, in a few words.</param>
/// <param name="Act">Does it, in the thief's transaction.</param>
/// <param name="LeastSize">How many entries a log needs for it.</param>
internal sealed record Tampering(string Name, Func<Thief, CancellationToken, Task> Act, long LeastSize = 0);
