using Sovereignty.Contracts;
using Sovereignty.Contracts.Access;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Residency;

namespace Sovereignty.AccessService.Tests;

/// <summary>PolicyService's answers.</summary>
internal static class Answers
{
    public const long Epoch = 7;
    private static readonly Guid Policy = new("6f0d5a0e-3b1c-4c7e-9a55-2f6f3f5b7d01");

    public static AccessValidated Restricted(ValidateAccess question) => Of(question, CrossBorderRule.Restricted);

    public static AccessValidated Allowed(ValidateAccess question) => Of(question, CrossBorderRule.AllowedWithLogging);

    public static AccessValidated Refused(ValidateAccess question) =>
        Of(question, CrossBorderRule.Restricted) with { Permitted = false, Code = AccessCodes.MechanismMissing, Reason = "The transfer needs a mechanism; name one.", LongestDuration = null };

    private static AccessValidated Of(ValidateAccess question, CrossBorderRule rule) => new()
    {
        OccurredAt = TimeProvider.System.GetUtcNow(),
        TenantId = question.TenantId,
        Actor = Actor.Service("policy-service"),
        RequestId = question.RequestId,
        Attempt = question.Attempt,
        DataId = question.DataId,
        SourceRegion = question.SourceRegion,
        TargetRegion = question.TargetRegion,
        Permitted = true,
        Code = AccessCodes.Permitted,
        Reason = "The rules allow it.",
        SourceCountry = "DE",
        DataType = "customer-profile",
        Classification = rule is CrossBorderRule.Restricted ? ClassificationLevel.Identity : ClassificationLevel.Operational,
        CrossBorder = rule,
        LongestDuration = "P30D",
        PolicyId = Policy,
        PolicyVersion = 1,
        Epoch = Epoch,
        Citations = [new() { FactId = "adequacy-eea-us", Instrument = "GDPR Art. 45" }],
    };
}
