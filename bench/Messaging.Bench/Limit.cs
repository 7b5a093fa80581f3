namespace Sovereignty.Messaging.Bench;

/// <summary>A figure with a goal of its own rather than a ratio.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Value">What came out.</param>
/// <param name="Goal">What it may be at most, or must be at least.</param>
/// <param name="Beside">What else is to be known of it: its reference in the same run.</param>
/// <param name="AtLeast">Whether more is better.</param>
internal sealed record Limit(string Name, string Unit, double Value, double Goal, string Beside, bool AtLeast = false);
