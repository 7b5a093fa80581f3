using System.ComponentModel.DataAnnotations;

namespace Sovereignty.AccessService.Enforce;

/// <summary>How enforcers are fed; section <c>Enforce</c>.</summary>
internal sealed class EnforceOptions
{
    public const string Section = "Enforce";

    /// <summary>How often changes are looked for while anybody waits for them.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:00:10")]
    public TimeSpan PollEvery { get; set; } = TimeSpan.FromMilliseconds(25);

    /// <summary>Grants on one page of a snapshot.</summary>
    [Range(1, 100_000)]
    public int SnapshotPage { get; set; } = 5_000;

    /// <summary>Changes read at once. Whoever is further behind is better off with a snapshot.</summary>
    [Range(1, 1_000_000)]
    public int MostChanges { get; set; } = 20_000;

    /// <summary>How long changes are kept; a position from before takes a snapshot.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "30.00:00:00")]
    public TimeSpan Kept { get; set; } = TimeSpan.FromDays(1);
}
