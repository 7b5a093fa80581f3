namespace Sovereignty.AuditService.Drill;

/// <summary>One tampering by one identity, and what became of it.</summary>
/// <param name="Tampering">What was tried.</param>
/// <param name="Identity">As whom.</param>
/// <param name="Refused">Whether the database refused it.</param>
/// <param name="Outcome">What the database did.</param>
/// <param name="Controls">What caught it, the first to find it first; empty where nothing did.</param>
internal sealed record Attempt(string Tampering, Identity Identity, bool Refused, string Outcome, IReadOnlyList<string> Controls)
{
    public bool Caught => Controls.Count > 0;
}
