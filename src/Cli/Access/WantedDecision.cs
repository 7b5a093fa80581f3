using Sovereignty.Contracts.Access;

namespace Sovereignty.Cli.Access;

internal sealed record WantedDecision(string Request, string Person, ApprovalDecision Decision, string Reason, string? Duration);
