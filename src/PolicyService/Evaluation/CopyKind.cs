namespace Sovereignty.PolicyService.Evaluation;

internal enum CopyKind
{
    Primary,
    Replica,
    Backup,
}
