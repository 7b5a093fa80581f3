namespace Sovereignty.Evaluation;

/// <summary>A field that has no valid value, and what to do about it.</summary>
public sealed record InvalidField(string Field, string Message);
