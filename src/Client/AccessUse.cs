namespace Sovereignty.Client;

/// <summary>A use of data that is about to happen. What the grant's budget counts must be told.</summary>
/// <param name="Subject">The person, as the <c>sub</c> of their token.</param>
/// <param name="DataId">The data.</param>
/// <param name="Region">The code of the region through which the data is seen.</param>
/// <param name="Purpose">For what, a code in kebab-case.</param>
/// <param name="Action">What is done, a code in kebab-case.</param>
/// <param name="Records">How many records, from 0.</param>
/// <param name="Bytes">How many bytes, from 0.</param>
/// <param name="Subjects">How many data subjects, from 0.</param>
public sealed record AccessUse(
    string Subject, string DataId, string Region, string Purpose, string Action, long? Records = null, long? Bytes = null, long? Subjects = null);

/// <summary>Whether a use may happen. It was recorded, and so was its refusal.</summary>
/// <param name="Allowed">Whether it may.</param>
/// <param name="Code"><c>granted</c>, or why not; beside those of a check <c>budget-exceeded</c> and <c>amount-missing</c>, with which nothing was counted.</param>
/// <param name="GrantId">The grant that covers it; null where it is refused.</param>
/// <param name="Until">The end of that grant, in UTC; null where it is refused.</param>
public sealed record UseAnswer(bool Allowed, string Code, Guid? GrantId, DateTimeOffset? Until);
