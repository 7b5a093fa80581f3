using Sovereignty.Contracts.Access;
using Sovereignty.Contracts.Data;

namespace Sovereignty.AccessService.Rules;

/// <summary>What a request is matched by.</summary>
internal sealed record RuleScope(string TenantId, string Purpose, ClassificationLevel? Classification, string SourceJurisdiction, string Destination);

internal static class ApprovalRules
{
    public const string ForeignAuthorityDemand = "foreign-authority-demand";

    /// <summary>A demand of a foreign authority never takes another path, whatever the rules say.</summary>
    public static IReadOnlyList<ApprovalStage> ForForeignAuthorities { get; } =
    [
        new() { Name = "Legal", Roles = ["legal"], Quorum = 1 },
        new() { Name = "Data protection", Roles = ["dpo"], Quorum = 1 },
    ];

    /// <summary>The most specific rule that matches: by tenant, then purpose, classification, source, destination.</summary>
    public static ApprovalRule? Select(IEnumerable<ApprovalRule> rules, RuleScope scope) =>
        rules
            .Where(rule => Matches(rule, scope))
            .OrderByDescending(rule => rule.TenantId is not null)
            .ThenByDescending(rule => rule.Purpose is not null)
            .ThenByDescending(rule => rule.Classification is not null)
            .ThenByDescending(rule => rule.SourceJurisdiction is not null)
            .ThenByDescending(rule => rule.Destination is not null)
            .FirstOrDefault();

    /// <summary>Whether two rules would be rivals: for one tenant, purpose, classification, source and destination.</summary>
    public static bool HaveSameScope(ApprovalRule one, ApprovalRule other) => Scope(one) == Scope(other);

    /// <summary>Whether a rule leaves nothing without one.</summary>
    public static bool IsForEverything(ApprovalRule rule) => Scope(rule) == default;

    private static (string? Tenant, string? Purpose, ClassificationLevel? Classification, string? Source, string? Destination) Scope(ApprovalRule rule) =>
        (rule.TenantId, rule.Purpose, rule.Classification, rule.SourceJurisdiction, rule.Destination);

    private static bool Matches(ApprovalRule rule, RuleScope scope) =>
        (rule.TenantId is null || rule.TenantId == scope.TenantId)
        && (rule.Purpose is null || rule.Purpose == scope.Purpose)
        && (rule.Classification is null || rule.Classification == scope.Classification)
        && (rule.SourceJurisdiction is null || rule.SourceJurisdiction == scope.SourceJurisdiction)
        && (rule.Destination is null || rule.Destination == scope.Destination);
}
