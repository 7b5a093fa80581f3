using System.Text;
using System.Text.Json;

namespace Sovereignty.Evaluation.Packs;

/// <summary>Where in a JSON text each value begins: members at their name, items at their first character.</summary>
public sealed class JsonPlaces
{
    private readonly byte[] _text;
    private readonly Dictionary<string, int> _offsets = new(StringComparer.Ordinal) { [""] = 0 };
    private readonly List<string> _repeated = [];

    private JsonPlaces(byte[] text) => _text = text;

    /// <summary>Members that their object has more than once.</summary>
    public IReadOnlyList<string> Repeated => _repeated;

    /// <summary>Walks a text that is JSON.</summary>
    /// <exception cref="JsonException">It is not.</exception>
    public static JsonPlaces Of(byte[] text)
    {
        var places = new JsonPlaces(text);
        var reader = new Utf8JsonReader(text);
        reader.Read();
        places.Walk(ref reader, "");
        reader.Read();
        return places;
    }

    public static string Escape(string name) => name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    /// <summary>Where a value begins; for one that is not there, where the nearest thing around it does.</summary>
    public FilePosition Find(string pointer)
    {
        while (!_offsets.ContainsKey(pointer))
        {
            pointer = pointer[..pointer.LastIndexOf('/')];
        }

        var before = _text.AsSpan(0, _offsets[pointer]);
        var line = before[(before.LastIndexOf((byte)'\n') + 1)..];
        return new(before.Count((byte)'\n') + 1, Encoding.UTF8.GetCharCount(line) + 1);
    }

    private void Walk(ref Utf8JsonReader reader, string pointer)
    {
        if (reader.TokenType is JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType is not JsonTokenType.EndObject)
            {
                var member = $"{pointer}/{Escape(reader.GetString()!)}";
                if (_offsets.ContainsKey(member))
                {
                    _repeated.Add(member);
                }

                _offsets[member] = (int)reader.TokenStartIndex;

                reader.Read();
                Walk(ref reader, member);
            }
        }
        else if (reader.TokenType is JsonTokenType.StartArray)
        {
            for (var i = 0; reader.Read() && reader.TokenType is not JsonTokenType.EndArray; i++)
            {
                _offsets[$"{pointer}/{i}"] = (int)reader.TokenStartIndex;
                Walk(ref reader, $"{pointer}/{i}");
            }
        }
    }
}
