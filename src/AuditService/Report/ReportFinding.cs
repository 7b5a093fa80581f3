namespace Sovereignty.AuditService.Report;

/// <summary>What the entries say to one provision.</summary>
/// <param name="Framework">The law or standard.</param>
/// <param name="Provision">Where in it.</param>
/// <param name="Question">What was looked for in the entries: a part of what the provision demands.</param>
/// <param name="Status">Whether it was found.</param>
/// <param name="Statement">What was found, and what it does not show.</param>
/// <param name="Evidence">The entries that it rests on.</param>
internal sealed record ReportFinding(
    string Framework,
    string Provision,
    string Question,
    FindingStatus Status,
    string Statement,
    IReadOnlyList<FindingEvidence> Evidence);

internal enum FindingStatus
{
    /// <summary>Entries show what was looked for, and none speaks against it.</summary>
    Met,

    /// <summary>Entries show something that a person has to look at.</summary>
    Attention,

    /// <summary>The entries say nothing about it.</summary>
    NotCovered,
}

/// <summary>Entries of one kind that a finding rests on.</summary>
/// <param name="Type">Their type.</param>
/// <param name="Facet">Their code, or what else tells them from others of the type; null for all of the type.</param>
/// <param name="Count">How many.</param>
/// <param name="FirstIndex">The first of them in the log.</param>
/// <param name="LastIndex">The last of them.</param>
internal sealed record FindingEvidence(string Type, string? Facet, long Count, long? FirstIndex, long? LastIndex);
