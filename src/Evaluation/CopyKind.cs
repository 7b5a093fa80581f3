namespace Sovereignty.Evaluation;

public enum CopyKind
{
    Primary,
    Replica,
    Backup,
}
