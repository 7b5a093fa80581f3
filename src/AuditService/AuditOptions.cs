using System.ComponentModel.DataAnnotations;
using Sovereignty.TransparencyLog.Verification;

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

    /// <summary>Whom a reader trusts, and where the witnesses are; C2SP tlog-policy. Without it no witness is asked.</summary>
    public string PolicyFile { get; set; } = "";

    public TimeSpan WitnessTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the log may be ahead of its newest checkpoint with quorum before health says so.</summary>
    public TimeSpan WitnessLimit { get; set; } = TimeSpan.FromSeconds(60);

    [Range(1, 10_000)]
    public int BatchSize { get; set; } = 1_000;

    public TimeSpan DebtLimit { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a number of a service may be away from the log before an alarm tells of it.</summary>
    public TimeSpan NumbersGrace { get; set; } = SourceNumbers.DefaultGrace;

    public TimeSpan CheckpointInterval { get; set; } = TimeSpan.FromSeconds(1);

    public string EffectiveCheckpointFile => CheckpointFile.Length > 0 ? CheckpointFile : Path.Combine(KeyFolder, "checkpoints.jsonl");
}
