using System.Globalization;

namespace Sovereignty.TransparencyLog.Policy;

internal sealed class PolicyReader
{
    private const int LongestFile = 1_000_000;
    private const byte Delete = 0x7F;

    private readonly List<PolicyLog> _logs = [];
    private readonly List<PolicyWitness> _witnesses = [];
    private readonly List<PolicyGroup> _groups = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal) { TlogPolicy.None };
    private readonly HashSet<string> _members = new(StringComparer.Ordinal);
    private string? _quorum;
    private int _line;

    public static TlogPolicy Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > LongestFile)
        {
            throw new PolicyFormatException(0, "A policy has at most 1,000,000 bytes.");
        }

        var reader = new PolicyReader();
        while (!bytes.IsEmpty)
        {
            reader._line++;
            var end = bytes.IndexOf((byte)'\n');
            if (end < 0)
            {
                throw reader.Error("the last line does not end with a newline.");
            }

            reader.Take(bytes[..end]);
            bytes = bytes[(end + 1)..];
        }

        return new TlogPolicy(reader._logs, reader._witnesses, reader._groups, reader._quorum ?? throw new PolicyFormatException(0, "There is no quorum line; 'quorum none' asks for no witness."));
    }

    private void Take(ReadOnlySpan<byte> octets)
    {
        foreach (var octet in octets)
        {
            if (octet is < 0x20 and not (byte)'\t' or Delete)
            {
                throw Error($"control character 0x{octet:x2}; only tab and newline are allowed.");
            }
        }

        var words = PolicyText.Decode(octets).Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        switch (words)
        {
            case [] or [['#', ..], ..]:
                return;
            case ["log", var key]:
                AddLog(key, null);
                return;
            case ["log", var key, var url]:
                AddLog(key, url);
                return;
            case ["witness", var name, var key]:
                AddWitness(name, key, null);
                return;
            case ["witness", var name, var key, var url]:
                AddWitness(name, key, url);
                return;
            case ["group", var name, var threshold, .. { Length: > 0 } members]:
                AddGroup(name, threshold, members);
                return;
            case ["quorum", var name]:
                SetQuorum(name);
                return;
            case ["log", ..]:
                throw Error("write 'log KEY' or 'log KEY URL'.");
            case ["witness", ..]:
                throw Error("write 'witness NAME KEY' or 'witness NAME KEY URL'.");
            case ["group", ..]:
                throw Error("write 'group NAME all|any|NUMBER MEMBER...', with a member at least.");
            case ["quorum", ..]:
                throw Error("write 'quorum NAME' or 'quorum none'.");
            default:
                throw Error($"'{words[0]}' is not log, witness, group or quorum.");
        }
    }

    private void AddLog(string key, string? url)
    {
        var verifier = Key(key, NoteKeyType.Ed25519, "log");
        Limit(_logs.Count, "logs");
        RefuseDuplicate(verifier, _logs.Select(log => log.Key), "log");
        _logs.Add(new(verifier, url));
    }

    private void AddWitness(string name, string key, string? url)
    {
        var verifier = Key(key, NoteKeyType.Cosignature, "witness");
        Limit(_witnesses.Count, "witnesses");
        RefuseDuplicate(verifier, _witnesses.Select(witness => witness.Key), "witness");
        Define(name);
        _witnesses.Add(new(name, verifier, url));
    }

    private void AddGroup(string name, string threshold, string[] members)
    {
        Limit(_groups.Count, "groups");
        foreach (var member in members)
        {
            Known(member);
            if (member == TlogPolicy.None)
            {
                throw Error("'none' cannot be a member.");
            }

            if (!_members.Add(member))
            {
                throw Error($"'{member}' is a member already; each name is one once.");
            }
        }

        var number = threshold switch
        {
            "all" => members.Length,
            "any" => 1,
            [>= '1' and <= '9', ..] when int.TryParse(threshold, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= members.Length => count,
            _ => throw Error($"'{threshold}' is not all, any or a number from 1 to {members.Length}."),
        };
        Define(name);
        _groups.Add(new(name, number, members));
    }

    private void SetQuorum(string name)
    {
        if (_quorum is not null)
        {
            throw Error("there is a quorum line already.");
        }

        Known(name);
        _quorum = name;
    }

    private NoteVerifier Key(string text, NoteKeyType type, string role)
    {
        var verifier = NoteVerifier.Parse(text)
            ?? throw Error($"'{text}' is not a verifier key NAME+ID+BASE64 of type 1 (log) or 4 (witness), or its id is not its own.");
        return verifier.Type == type ? verifier : throw Error($"a {role}'s key has type {(int)type}, this one has {(int)verifier.Type}.");
    }

    private void RefuseDuplicate(NoteVerifier key, IEnumerable<NoteVerifier> others, string role)
    {
        foreach (var other in others)
        {
            if (other.PublicKeyBytes().AsSpan().SequenceEqual(key.PublicKeyBytes()))
            {
                throw Error($"there is a {role} with the same public key already.");
            }

            if (other.Name == key.Name && other.KeyId == key.KeyId)
            {
                throw Error($"there is a {role} with the same key name and id already.");
            }
        }
    }

    private void Define(string name)
    {
        if (!_names.Add(name))
        {
            throw Error(name == TlogPolicy.None ? "'none' cannot be defined." : $"'{name}' is defined already.");
        }
    }

    private void Known(string name)
    {
        if (!_names.Contains(name))
        {
            throw Error($"'{name}' is not defined on a line before.");
        }
    }

    private void Limit(int count, string what)
    {
        if (count == TlogPolicy.Most)
        {
            throw Error($"more than {TlogPolicy.Most} {what}.");
        }
    }

    private PolicyFormatException Error(string message) => new(_line, message);
}
