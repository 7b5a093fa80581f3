using System.Text.Json;
using Sovereignty.Messaging.ErrorQueues;

namespace Sovereignty.ServiceDefaults.Operations;

public sealed record ErrorQueueList(string Service, IReadOnlyList<ErrorQueueView> Items);

public sealed record ErrorQueueView(string Queue, string Endpoint, ErrorQueueKind Kind, long Count, DateTimeOffset? Oldest, string? Code, string? Reason)
{
    internal static ErrorQueueView Of(ErrorQueue queue) =>
        new(queue.Queue, queue.Endpoint, queue.Kind, queue.Count, queue.Oldest?.Since, queue.Oldest?.Code, queue.Oldest?.Reason);
}

public sealed record ErrorMessageList(string Queue, long Count, IReadOnlyList<ErrorMessage> Items);

/// <summary>The body as JSON where it is JSON, in base64 where it is not.</summary>
public sealed record ErrorMessageView(string Queue, ErrorMessage Message, IReadOnlyDictionary<string, string> Headers, JsonElement? Body, string? BodyBase64);

public sealed record MessageActionRequest(string? Reason);

/// <summary>How many were done, and how many more are in the queue.</summary>
public sealed record MessageActionResult(string Queue, int Done, long Remaining);
