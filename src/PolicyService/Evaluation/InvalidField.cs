namespace Sovereignty.PolicyService.Evaluation;

/// <summary>A field that has no valid value, and what to do about it.</summary>
internal sealed record InvalidField(string Field, string Message);
