using Sovereignty.TransparencyLog;
using Sovereignty.TransparencyLog.Policy;

namespace Sovereignty.AuditService.Witnessing;

/// <summary>Who must have cosigned a checkpoint of this log before it is handed out: the policy file, which is also served.</summary>
internal sealed class WitnessPolicy
{
    private WitnessPolicy(TlogPolicy policy, byte[] text)
    {
        Policy = policy;
        Text = text;
    }

    public TlogPolicy Policy { get; }

    /// <summary>The policy file as it was given.</summary>
    public byte[] Text { get; }

    /// <summary>The witnesses that can be reached.</summary>
    public IEnumerable<PolicyWitness> Reachable => Policy.Witnesses.Where(witness => witness.Url is not null);

    public bool AsksForWitnesses => Policy.Quorum != TlogPolicy.None;

    /// <summary>Reads the file; without one, the log is its own and only witness.</summary>
    public static WitnessPolicy Open(string file, NoteVerifier log)
    {
        if (file.Length == 0)
        {
            var alone = new TlogPolicy([new(log)], [], [], TlogPolicy.None);
            return new(alone, alone.Write());
        }

        var text = File.ReadAllBytes(file);
        var policy = TlogPolicy.Parse(text);
        if (policy.Logs.All(known => known.Key.ToString() != log.ToString()))
        {
            throw new InvalidDataException($"Audit:PolicyFile does not name this log. Add the line: log {log}");
        }

        return policy.Witnesses.FirstOrDefault(witness => witness.Url is { } url && !(Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")) is { } wrong
            ? throw new InvalidDataException($"Audit:PolicyFile gives the witness {wrong.Name} an address that is not http or https.")
            : new(policy, text);
    }

    /// <summary>The group that a witness stands in; its own name where it stands in none.</summary>
    public string JurisdictionOf(PolicyWitness witness) =>
        Policy.Groups.FirstOrDefault(group => group.Members.Contains(witness.Name))?.Name ?? witness.Name;
}
