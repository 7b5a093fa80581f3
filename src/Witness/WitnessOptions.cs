using System.ComponentModel.DataAnnotations;

namespace Sovereignty.Witness;

internal sealed class WitnessOptions
{
    public const string Section = "Witness";

    /// <summary>The name in its verifier key, for example <c>witness.example.org/audit</c>.</summary>
    [Required]
    public string Name { get; set; } = "";

    /// <summary>Under whose law and control it stands, as the policy's groups name it.</summary>
    [Required]
    public string Jurisdiction { get; set; } = "";

    /// <summary>32 bytes in base64; made on first start.</summary>
    [Required]
    public string KeyFile { get; set; } = "";

    [Required]
    public string StateFolder { get; set; } = "";

    /// <summary>Verifier keys of the logs it watches; a key's name is its log's origin.</summary>
    [MinLength(1)]
    public string[] Logs { get; set; } = [];

    /// <summary>Files of each kind of evidence kept for a log.</summary>
    [Range(0, 1_000_000)]
    public int MostEvidence { get; set; } = 1_000;
}
