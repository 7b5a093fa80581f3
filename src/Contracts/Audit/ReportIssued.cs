namespace Sovereignty.Contracts.Audit;

/// <summary>
/// A report over the audit log was issued. The entry's message id is <see cref="Report"/>, so that whoever holds the report
/// finds it in the log by its bytes.
/// </summary>
public sealed record ReportIssued : IEvent
{
    /// <inheritdoc/>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <inheritdoc/>
    public required string? TenantId { get; init; }

    /// <inheritdoc/>
    public required Actor Actor { get; init; }

    /// <summary>The report: <c>sha-256:</c> and the SHA-256 of its exact bytes, in hexadecimal.</summary>
    public required string Report { get; init; }

    /// <summary>How many bytes it has.</summary>
    public required long Bytes { get; init; }

    /// <summary>Size of the signed checkpoint that it covers.</summary>
    public required long CheckpointSize { get; init; }

    /// <summary>Root of the tree over that, in base64.</summary>
    public required string CheckpointRoot { get; init; }

    /// <summary>What was asked for.</summary>
    public required ReportScope Scope { get; init; }

    /// <summary>Entries that it counts.</summary>
    public required long Events { get; init; }

    /// <summary>Entries that its detailed log shows.</summary>
    public required long Shown { get; init; }
}

/// <summary>What a report was narrowed to, without personal data.</summary>
public sealed record ReportScope
{
    /// <summary>Events from this moment on, in UTC; null for from the beginning.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Events before this moment, in UTC; null for up to the checkpoint.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Whether to one user.</summary>
    public bool ByUser { get; init; }

    /// <summary>Whether to one data id.</summary>
    public bool ByData { get; init; }

    /// <summary>To one region; null for all.</summary>
    public string? Region { get; init; }

    /// <summary>To one action; null for all.</summary>
    public string? Action { get; init; }

    /// <summary>To one type of events; null for all.</summary>
    public string? Type { get; init; }
}
