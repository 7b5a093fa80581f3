namespace Sovereignty.Messaging.ErrorQueues;

/// <summary>What is known of a message in an error queue without its body. Type and tenant are what it says of itself.</summary>
public sealed record ErrorMessage
{
    /// <summary>The name it goes by: its message id, or one made of its body where that id is missing or unfit for an address.</summary>
    public required string Id { get; init; }

    /// <summary>The contract that it says it is, for example <c>Sovereignty.Contracts.Data:DataCreated</c>.</summary>
    public string? Type { get; init; }

    /// <summary>The tenant that it names.</summary>
    public string? TenantId { get; init; }

    /// <summary>Why it is here.</summary>
    public required string Reason { get; init; }

    /// <summary>The exception, or a code.</summary>
    public required string Code { get; init; }

    /// <summary>Since when it is here; null where nothing tells.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>The broker user that published it first; null when that one did not say.</summary>
    public string? SourceUser { get; init; }

    /// <summary>The media type of its body.</summary>
    public string? ContentType { get; init; }

    /// <summary>Bytes of its body.</summary>
    public required int Size { get; init; }

    /// <summary>How often it was sent back from here already.</summary>
    public int Redrives { get; init; }
}
