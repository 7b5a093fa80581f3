using System.Globalization;

namespace Sovereignty.TransparencyLog.Policy;

/// <summary>
/// Whom a reader of a log trusts, C2SP tlog-policy: the logs' keys, the witnesses' keys, and which witnesses must have
/// cosigned a checkpoint.
/// </summary>
public sealed class TlogPolicy
{
    /// <summary>The quorum that asks for no witness.</summary>
    public const string None = "none";

    /// <summary>The most logs, the most witnesses and the most groups that a policy has.</summary>
    public const int Most = 64;

    private readonly Dictionary<string, PolicyWitness> _witnesses;
    private readonly Dictionary<string, PolicyGroup> _groups;

    /// <summary>Takes a policy's parts, which must be what <see cref="Parse"/> would take.</summary>
    /// <param name="logs">The logs, any of which may sign.</param>
    /// <param name="witnesses">The witnesses.</param>
    /// <param name="groups">The groups, each after its members.</param>
    /// <param name="quorum">A witness, a group, or <see cref="None"/>.</param>
    public TlogPolicy(IReadOnlyList<PolicyLog> logs, IReadOnlyList<PolicyWitness> witnesses, IReadOnlyList<PolicyGroup> groups, string quorum)
    {
        Logs = logs;
        Witnesses = witnesses;
        Groups = groups;
        Quorum = quorum;
        _witnesses = witnesses.ToDictionary(witness => witness.Name, StringComparer.Ordinal);
        _groups = groups.ToDictionary(group => group.Name, StringComparer.Ordinal);
    }

    /// <summary>The logs.</summary>
    public IReadOnlyList<PolicyLog> Logs { get; }

    /// <summary>The witnesses.</summary>
    public IReadOnlyList<PolicyWitness> Witnesses { get; }

    /// <summary>The groups, each after its members.</summary>
    public IReadOnlyList<PolicyGroup> Groups { get; }

    /// <summary>Who must have cosigned: a witness, a group, or <see cref="None"/>.</summary>
    public string Quorum { get; }

    /// <summary>Reads a policy file.</summary>
    /// <param name="bytes">The file.</param>
    /// <returns>The policy.</returns>
    /// <exception cref="PolicyFormatException">The file is not a policy; says which line and what to do.</exception>
    public static TlogPolicy Parse(ReadOnlySpan<byte> bytes) => PolicyReader.Read(bytes);

    /// <summary>Writes the policy file.</summary>
    /// <returns>The file's bytes.</returns>
    public byte[] Write() => PolicyText.Encode(ToString());

    /// <summary>Whether a checkpoint is one that this policy accepts, and if not, what it lacks.</summary>
    /// <param name="note">The signed checkpoint.</param>
    /// <returns>The verdict.</returns>
    public PolicyVerdict Judge(SignedNote note)
    {
        if (Checkpoint.Parse(note.Text) is not { } checkpoint)
        {
            return new() { Problem = "It is not a checkpoint." };
        }

        var verified = note.VerifySignatures([.. Logs.Select(log => log.Key), .. Witnesses.Select(witness => witness.Key)]);
        if (verified is null)
        {
            return new() { Checkpoint = checkpoint, Problem = "A signature by a key of the policy does not verify." };
        }

        var log = Logs.FirstOrDefault(log => log.Key.Name == checkpoint.Origin && verified.Any(signature => signature.Key == log.Key));
        var cosigned = (from witness in Witnesses
                        let times = verified.Where(signature => signature.Key == witness.Key).Select(signature => signature.Time).ToList()
                        where times.Count > 0
                        select new WitnessCosignature(witness, times.Max()!.Value)).ToList();
        var lacks = Lack(Quorum, [.. cosigned.Select(cosignature => cosignature.Witness.Name)]);
        return new()
        {
            Checkpoint = checkpoint,
            Log = log,
            Cosigned = cosigned,
            QuorumMet = lacks is null,
            Problem = log is null ? $"No log of the policy that is named '{checkpoint.Origin}' signed it."
                : lacks is null ? null
                : $"Its witnesses are fewer than the policy asks for: {lacks}.",
        };
    }

    /// <summary>The policy file as text.</summary>
    /// <returns>A line for each log, witness and group, and the quorum.</returns>
    public override string ToString() => string.Concat(
    [
        .. Logs.Select(log => Line("log", log.Key.ToString(), log.Url)),
        .. Witnesses.Select(witness => Line("witness", witness.Name, witness.Key.ToString(), witness.Url)),
        .. Groups.Select(group => Line(["group", group.Name, group.Threshold.ToString(CultureInfo.InvariantCulture), .. group.Members])),
        Line("quorum", Quorum),
    ]);

    private static string Line(params IEnumerable<string?> items) => string.Join(' ', items.Where(item => item is not null)) + "\n";

    /// <summary>What a name lacks to have witnessed; null where it lacks nothing.</summary>
    private string? Lack(string name, HashSet<string> cosigned)
    {
        if (name == None || cosigned.Contains(name))
        {
            return null;
        }

        if (!_groups.TryGetValue(name, out var group))
        {
            return _witnesses.ContainsKey(name) ? $"{name} did not cosign" : $"{name} is not defined";
        }

        var lacks = group.Members.Select(member => Lack(member, cosigned)).OfType<string>().ToList();
        var have = group.Members.Count - lacks.Count;
        return have >= group.Threshold ? null : $"{name} has {have} of {group.Threshold} ({string.Join(", ", lacks)})";
    }
}
