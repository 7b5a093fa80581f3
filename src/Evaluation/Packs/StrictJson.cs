using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Sovereignty.Contracts;

namespace Sovereignty.Evaluation.Packs;

/// <summary>A JSON file read strictly: what is not known, given twice or of another form is a fault with its place.</summary>
public sealed class StrictJson<T>
    where T : class
{
    private readonly JsonPlaces? _places;

    private StrictJson(T? value, JsonPlaces? places, IReadOnlyList<FileFault> faults) => (Value, _places, Faults) = (value, places, faults);

    /// <summary>Null where there are faults.</summary>
    public T? Value { get; }

    public IReadOnlyList<FileFault> Faults { get; }

    public FilePosition Find(string pointer) => _places?.Find(pointer) ?? new(1, 1);

    public static StrictJson<T> Read(ReadOnlySpan<byte> file)
    {
        var bytes = file.StartsWith(Encoding.UTF8.Preamble) ? file[Encoding.UTF8.Preamble.Length..].ToArray() : file.ToArray();
        JsonPlaces places;
        try
        {
            _ = StrictJson.Utf8.GetCharCount(bytes);
            places = JsonPlaces.Of(bytes);
        }
        catch (JsonException exception)
        {
            return Refuse(new("", StrictJson.PositionOf(exception, bytes), StrictJson.Describe(exception)));
        }
        catch (Exception exception) when (exception is DecoderFallbackException or InvalidOperationException)
        {
            return Refuse(new("", new(1, 1), "The file has bytes that are no text. Save it as UTF-8."));
        }

        if (places.Repeated is not [])
        {
            return new(null, places, [.. places.Repeated.Select(member => new FileFault(member, places.Find(member), "is given twice; keep one of them."))]);
        }

        using var document = JsonDocument.Parse(bytes);
        FileFault[] faults = [.. JsonForm.Check(document.RootElement, StrictJson.Options.GetTypeInfo(typeof(T)), "").Select(fault => new FileFault(fault.Place, places.Find(fault.Place), fault.Message))];
        return new(faults is [] ? document.RootElement.Deserialize<T>(StrictJson.Options) : null, places, faults);
    }

    private static StrictJson<T> Refuse(FileFault fault) => new(null, null, [fault]);
}

internal static class StrictJson
{
    public static readonly Encoding Utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The form of contracts, and nothing besides.</summary>
    public static JsonSerializerOptions Options { get; } = new(ContractJson.Options)
    {
        PropertyNameCaseInsensitive = false,
        NumberHandling = JsonNumberHandling.Strict,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public static FilePosition PositionOf(JsonException exception, byte[] text)
    {
        var line = (int)(exception.LineNumber ?? 0);
        var start = 0;
        for (var i = 0; i < line; i++)
        {
            start += text.AsSpan(start).IndexOf((byte)'\n') + 1;
        }

        var bytes = text.AsSpan(start, Math.Min((int)(exception.BytePositionInLine ?? 0), text.Length - start));
        return new(line + 1, Encoding.UTF8.GetCharCount(bytes) + 1);
    }

    // The position is told apart from the sentence, in lines and columns as editors count them.
    public static string Describe(JsonException exception) => $"This is not JSON: {exception.Message.Split(" LineNumber:")[0].TrimEnd()}";
}
