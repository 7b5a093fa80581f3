namespace Sovereignty.AccessService.People;

/// <summary>A person in the directory: what holds now, and what is recorded to hold later.</summary>
/// <param name="Version">The last recorded version, as in the ETag.</param>
/// <param name="Now">Null where the first version is still to come.</param>
internal sealed record PersonView(string TenantId, string Subject, int Version, StandingView? Now, IReadOnlyList<StandingView> ToCome)
{
    /// <param name="versions">All versions of one person.</param>
    /// <param name="now">The moment.</param>
    public static PersonView Of(IReadOnlyList<PersonRow> versions, DateTimeOffset now) => new(
        versions[0].Person.TenantId,
        versions[0].Person.Subject,
        versions.Max(version => version.Person.Version),
        PersonRules.At(versions, now) is { } row ? StandingView.Of(row) : null,
        [.. PersonRules.ToCome(versions, now).Select(StandingView.Of)]);
}

/// <summary>One recorded version of what a person may do.</summary>
internal sealed record StandingView(
    int Version,
    string? DisplayName,
    IReadOnlyList<string> Roles,
    IReadOnlyList<string> Jurisdictions,
    bool Active,
    DateTimeOffset ValidFrom,
    DateTimeOffset RecordedAt,
    string RecordedBy)
{
    public static StandingView Of(PersonRow row) => new(
        row.Person.Version,
        row.Person.DisplayName,
        row.Person.Roles,
        row.Person.Jurisdictions,
        row.Person.Active,
        row.Person.ValidFrom,
        row.RecordedAt,
        row.RecordedBy.Subject);
}
