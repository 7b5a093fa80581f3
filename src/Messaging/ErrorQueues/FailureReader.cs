using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MassTransit;
using RabbitMQ.Client;
using Sovereignty.Messaging.Outbox;

namespace Sovereignty.Messaging.ErrorQueues;

/// <summary>Reads from a message, without trusting it, what people need to know before they decide.</summary>
internal static class FailureReader
{
    private const string UrnPrefix = "urn:message:";
    private const int LongestName = 255;
    private const int LongestReason = 1000;
    private const int LongestId = 128;

    public static ErrorMessage Read(IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body, BrokerIdentity own)
    {
        var headers = properties.Headers ?? new Dictionary<string, object?>();
        var (type, tenant) = Describe(body);
        var death = (headers.TryGetValue("x-death", out var deaths) ? (deaths as IList<object?>)?.FirstOrDefault() : null) as IDictionary<string, object?>;
        var (code, reason) = Failure(headers, death);
        return new()
        {
            Id = Name(properties.IsMessageIdPresent() ? properties.MessageId : null, body),
            Type = Clean(type ?? Text(headers, MessageHeaders.FaultMessageType), LongestName),
            TenantId = Clean(tenant, LongestName),
            Code = Clean(code, LongestName) ?? "unknown",
            Reason = Clean(reason, LongestReason) ?? "No reason was given.",
            Since = Moment(headers, MessageHeaderNames.MovedAt) ?? Moment(headers, MessageHeaders.FaultTimestamp) ?? Moment(death, "time") ?? Moment(headers, "sov-received-at"),
            SourceUser = own.SourceOf(properties),
            ContentType = properties.IsContentTypePresent() ? Clean(properties.ContentType, LongestName) : null,
            Size = body.Length,
            Redrives = Redrives(headers),
        };
    }

    /// <summary>The headers with which it goes back: without what happened to it on the way here.</summary>
    public static Dictionary<string, object?> HeadersBack(IReadOnlyBasicProperties properties, BrokerIdentity own)
    {
        var headers = properties.Headers ?? new Dictionary<string, object?>();
        return new(headers.Where(header => !IsOfTheFailure(header.Key)))
        {
            [MessageHeaderNames.SourceUser] = own.SourceOf(properties) ?? "",
            [MessageHeaderNames.Redrives] = (Redrives(headers) + 1).ToString(CultureInfo.InvariantCulture),
        };
    }

    /// <summary>A header's value as text; null for what is no text, number or time.</summary>
    public static string? Text(object? value) => value switch
    {
        byte[] bytes => Encoding.UTF8.GetString(bytes),
        AmqpTimestamp time => Moment(time)?.ToString("O", CultureInfo.InvariantCulture),
        string or bool or byte or sbyte or short or ushort or int or uint or long or float or double or decimal => Convert.ToString(value, CultureInfo.InvariantCulture),
        _ => null,
    };

    private static (string? Code, string? Reason) Failure(IDictionary<string, object?> headers, IDictionary<string, object?>? death)
    {
        if (Text(headers, "sov-reason") is { } code)
        {
            return (code, Text(headers, "sov-reason-text"));
        }

        if (Text(headers, MessageHeaders.FaultExceptionType) is { } exception)
        {
            return (exception, Text(headers, MessageHeaders.FaultMessage));
        }

        return (death is null ? Text(headers, MessageHeaders.Reason) : Text(death, "reason")) switch
        {
            "delivery_limit" => ("delivery-limit", "It was delivered too often without being finished: the service died with it, or never answered."),
            "rejected" => ("rejected", "The service refused it."),
            "expired" => ("expired", "It waited too long."),
            "maxlen" => ("queue-full", "Its queue was full."),
            "skipped" or "dead-letter" => ("skipped", "No consumer of this queue takes its type."),
            var other => (other, null),
        };
    }

    private static bool IsOfTheFailure(string name) =>
        name.StartsWith("MT-Fault-", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("MT-Host-", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("x-first-death-", StringComparison.Ordinal)
        || name.StartsWith("x-last-death-", StringComparison.Ordinal)
        || name is "x-death" or "x-delivery-count" or MessageHeaders.Reason or MessageHeaderNames.MovedAt or "sov-reason" or "sov-reason-text" or "sov-received-at";

    private static (string? Type, string? Tenant) Describe(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return default;
            }

            var type = root.TryGetProperty("messageType", out var types) && types.ValueKind == JsonValueKind.Array
                ? types.EnumerateArray().FirstOrDefault(one => one.ValueKind == JsonValueKind.String)
                : default;
            var message = root.TryGetProperty("message", out var inner) && inner.ValueKind == JsonValueKind.Object ? inner : root;
            var name = type.ValueKind == JsonValueKind.String ? type.GetString() : null;
            return (
                name is not null && name.StartsWith(UrnPrefix, StringComparison.Ordinal) ? name[UrnPrefix.Length..] : name,
                message.TryGetProperty("tenantId", out var tenant) && tenant.ValueKind == JsonValueKind.String ? tenant.GetString() : null);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Half a surrogate pair is valid JSON and no valid text.
            return default;
        }
    }

    private static string Name(string? messageId, ReadOnlyMemory<byte> body) =>
        messageId is { Length: > 0 and <= LongestId } && messageId.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_')
            ? messageId
            : $"body-{Convert.ToHexStringLower(SHA256.HashData([.. Encoding.UTF8.GetBytes($"{messageId}\n"), .. body.Span]))[..32]}";

    /// <summary>Null for what is empty; otherwise shortened, without characters that no log and no terminal should get.</summary>
    private static string? Clean(string? text, int longest)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        var clean = string.Concat(text.Select(character => char.IsControl(character) || char.IsSurrogate(character) ? ' ' : character)).Trim();
        return clean.Length <= longest ? clean : $"{clean[..(longest - 1)]}…";
    }

    private static int Redrives(IDictionary<string, object?> headers) =>
        int.TryParse(Text(headers, MessageHeaderNames.Redrives), NumberStyles.None, CultureInfo.InvariantCulture, out var redrives) && redrives < int.MaxValue ? redrives : 0;

    private static string? Text(IDictionary<string, object?> headers, string name) => headers.TryGetValue(name, out var value) ? Text(value) : null;

    private static DateTimeOffset? Moment(IDictionary<string, object?>? headers, string name) =>
        headers is not null
        && DateTimeOffset.TryParse(Text(headers, name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment)
            ? moment
            : null;

    private static DateTimeOffset? Moment(AmqpTimestamp time) =>
        time.UnixTime is >= 0 and < 253_402_300_800 ? DateTimeOffset.FromUnixTimeSeconds(time.UnixTime) : null;
}
