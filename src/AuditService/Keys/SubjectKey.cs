namespace Sovereignty.AuditService.Keys;

internal sealed record SubjectKey(string Id, byte[] Secret);
