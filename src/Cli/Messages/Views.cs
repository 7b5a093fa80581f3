using System.Text.Json;

namespace Sovereignty.Cli.Messages;

internal sealed record QueueView(string Queue, string Kind, long Count, DateTimeOffset? Oldest, string? Code, string? Reason);

internal sealed record MessageView
{
    public required string Id { get; init; }
    public string? Type { get; init; }
    public string? TenantId { get; init; }
    public required string Reason { get; init; }
    public required string Code { get; init; }
    public DateTimeOffset? Since { get; init; }
    public string? SourceUser { get; init; }
    public string? ContentType { get; init; }
    public int Size { get; init; }
    public int Redrives { get; init; }
}

internal sealed record WholeMessageView(string Queue, MessageView Message, Dictionary<string, string> Headers, JsonElement? Body, string? BodyBase64);

internal sealed record QueuesAnswer(string Service, IReadOnlyList<QueueView> Items);

internal sealed record MessagesAnswer(string Queue, long Count, IReadOnlyList<MessageView> Items);

internal sealed record ActionAnswer(string Queue, int Done, long Remaining);
