using System.ComponentModel.DataAnnotations;

namespace Sovereignty.AuditService;

internal sealed class AuditOptions
{
    public const string Section = "Audit";

    [Required]
    public string Origin { get; set; } = "";

    [Required]
    public string KeyFolder { get; set; } = "";

    [Required]
    public string MasterKey { get; set; } = "";

    [Required]
    public string SigningKeyFile { get; set; } = "";

    public string CheckpointFile { get; set; } = "";

    [Range(1, 10_000)]
    public int BatchSize { get; set; } = 1_000;

    public TimeSpan DebtLimit { get; set; } = TimeSpan.FromSeconds(60);

    public TimeSpan CheckpointInterval { get; set; } = TimeSpan.FromSeconds(1);

    public string EffectiveCheckpointFile => CheckpointFile.Length > 0 ? CheckpointFile : Path.Combine(KeyFolder, "checkpoints.jsonl");
}
