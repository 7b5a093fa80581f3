using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Sovereignty.TransparencyLog;

/// <summary>
/// An entry of the audit log: what is hashed into the tree. It says which event came from whom and when, and commits to
/// the event's body without containing it, so that bodies can be erased and the tree stays whole. The bytes that
/// <see cref="Write"/> makes are stored and hashed; they are never made a second time.
/// </summary>
public sealed record LogEntry
{
    /// <summary>The form of entries that are written now.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The type of an entry for a message that could not be read.</summary>
    public const string MalformedType = "malformed";

    private const int TimeLength = 28;
    private const int HashTextLength = 44;
    private const string FaultPrefix = "MassTransit:Fault";

    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? threadBuffer;

    [ThreadStatic]
    private static Utf8JsonWriter? threadWriter;

    /// <summary>The message id.</summary>
    public required string Id { get; init; }

    /// <summary>The type of the event, for example <c>Sovereignty.Contracts.Data:DataCreated</c>, or <see cref="MalformedType"/>.</summary>
    public required string Type { get; init; }

    /// <summary>The type without its namespace: <c>DataCreated</c> for <c>Sovereignty.Contracts.Data:DataCreated</c>; <c>Fault</c> for a fault of any type.</summary>
    public string ShortType => ShortTypeOf(Type);

    /// <summary>The tenant; null for what belongs to the platform.</summary>
    public string? Tenant { get; init; }

    /// <summary>The broker user who published it, as the broker vouches for it; null where it did not say.</summary>
    public string? Source { get; init; }

    /// <summary>The number the source gave it, without gaps within that source; null where it gives none.</summary>
    public long? Number { get; init; }

    /// <summary>When the event says it happened; null where it does not say.</summary>
    public DateTimeOffset? OccurredAt { get; init; }

    /// <summary>When the log received it.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The content type of the body.</summary>
    public string? ContentType { get; init; }

    /// <summary>Why it could not be read; null for an event that could.</summary>
    public string? Malformed { get; init; }

    /// <summary>The key that the body is sealed with.</summary>
    public required string KeyId { get; init; }

    /// <summary>SHA-256 over the salt and the exact body.</summary>
    public required MerkleHash Commitment { get; init; }

    /// <summary>A type of an event without its namespace.</summary>
    /// <param name="type">The type as in <see cref="Type"/>.</param>
    /// <returns>The type as in <see cref="ShortType"/>.</returns>
    public static string ShortTypeOf(string type) =>
        type.StartsWith(FaultPrefix, StringComparison.Ordinal) ? "Fault" : type[(type.LastIndexOf(':') + 1)..];

    /// <summary>Writes the entry.</summary>
    /// <returns>The bytes to hash and to store, or null where they would be more than <see cref="EntryBundle.LongestEntry"/>.</returns>
    public byte[]? Write()
    {
        var buffer = threadBuffer ??= new ArrayBufferWriter<byte>(512);
        var writer = threadWriter ??= new Utf8JsonWriter(buffer, WriterOptions);
        buffer.ResetWrittenCount();
        writer.Reset();
        writer.WriteStartObject();
        writer.WriteNumber("v", CurrentVersion);
        writer.WriteString("id", Id);
        writer.WriteString("type", Type);
        writer.WriteString("tenant", Tenant);
        writer.WriteString("source", Source);
        if (Number is { } number)
        {
            writer.WriteNumber("number", number);
        }
        else
        {
            writer.WriteNull("number");
        }

        writer.WriteString("occurredAt", Format(OccurredAt));
        writer.WriteString("receivedAt", Format(ReceivedAt));
        writer.WriteString("contentType", ContentType);
        writer.WriteString("malformed", Malformed);
        writer.WriteString("keyId", KeyId);
        writer.WriteString("commitment", Commitment.ToBase64());
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenCount <= EntryBundle.LongestEntry ? buffer.WrittenSpan.ToArray() : null;
    }

    /// <summary>Reads an entry of the current form.</summary>
    /// <param name="bytes">The stored bytes.</param>
    /// <returns>
    /// The entry, or null where the bytes are not in the one written form: every member once, in order, its name and integers
    /// plain, no white space. Only what is escaped within a string is left to the writer.
    /// </returns>
    public static LogEntry? Read(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var reader = new Utf8JsonReader(bytes);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject
                || reader.TokenStartIndex != 0
                || Long(ref reader, "v"u8) != CurrentVersion
                || Text(ref reader, "id"u8) is not { } id
                || Text(ref reader, "type"u8) is not { } type)
            {
                return null;
            }

            var entry = new LogEntry
            {
                Id = id,
                Type = type,
                Tenant = Text(ref reader, "tenant"u8),
                Source = Text(ref reader, "source"u8),
                Number = Long(ref reader, "number"u8),
                OccurredAt = Time(ref reader, "occurredAt"u8),
                ReceivedAt = Time(ref reader, "receivedAt"u8) ?? throw new FormatException(),
                ContentType = Text(ref reader, "contentType"u8),
                Malformed = Text(ref reader, "malformed"u8),
                KeyId = Text(ref reader, "keyId"u8) ?? throw new FormatException(),
                Commitment = Hash(ref reader, "commitment"u8),
            };
            return reader.BytesConsumed == bytes.Length - 1 && bytes[^1] == '}' ? entry : null;
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    private static string? Format(DateTimeOffset? time) =>
        time?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    private static void Member(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        var start = reader.BytesConsumed + (reader.TokenType == JsonTokenType.StartObject ? 0 : ",".Length);
        if (!reader.Read() || reader.TokenType != JsonTokenType.PropertyName || reader.TokenStartIndex != start || !reader.ValueSpan.SequenceEqual(name)
            || !reader.Read() || reader.TokenStartIndex != start + name.Length + "\"\":".Length)
        {
            throw new FormatException();
        }
    }

    private static string? Text(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        Member(ref reader, name);
        return reader.GetString();
    }

    private static long? Long(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        Member(ref reader, name);
        return reader.TokenType == JsonTokenType.Null ? null : reader.ValueSpan.SequenceEqual("-0"u8) ? throw new FormatException() : reader.GetInt64();
    }

    private static DateTimeOffset? Time(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        Member(ref reader, name);
        if (reader.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        var text = reader.ValueSpan;
        return reader.TokenType == JsonTokenType.String && text.Length == TimeLength && text[^1] == 'Z'
            && Utf8Parser.TryParse(text, out DateTimeOffset time, out var length, 'O') && length == TimeLength
            ? time
            : throw new FormatException();
    }

    private static MerkleHash Hash(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        Member(ref reader, name);
        Span<byte> hash = stackalloc byte[MerkleHash.Length];
        Span<byte> again = stackalloc byte[HashTextLength];
        return reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length == HashTextLength
            && Base64.DecodeFromUtf8(reader.ValueSpan, hash, out _, out var length) == OperationStatus.Done && length == MerkleHash.Length
            && Base64.EncodeToUtf8(hash, again, out _, out _) == OperationStatus.Done && again.SequenceEqual(reader.ValueSpan)
            ? new MerkleHash(hash)
            : throw new FormatException();
    }
}
