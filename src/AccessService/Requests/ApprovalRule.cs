using Npgsql;
using Sovereignty.Contracts.Data;

namespace Sovereignty.AccessService.Requests;

/// <summary>Who approves requests of a tenant for data of a level; null for all.</summary>
internal sealed record ApprovalRule(string? TenantId, ClassificationLevel? Classification, IReadOnlyList<string> ApproverRoles, int Quorum)
{
    /// <summary>The most specific rule: tenant and level, tenant, level, platform.</summary>
    public static ApprovalRule? Select(IEnumerable<ApprovalRule> rules, string tenantId, ClassificationLevel? classification) =>
        rules
            .Where(rule => (rule.TenantId is null || rule.TenantId == tenantId) && (rule.Classification is null || rule.Classification == classification))
            .OrderByDescending(rule => rule.TenantId is not null)
            .ThenByDescending(rule => rule.Classification is not null)
            .FirstOrDefault();

    public static async Task<IReadOnlyList<ApprovalRule>> Load(NpgsqlConnection connection, string tenantId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "SELECT tenant_id, classification, approver_roles, quorum FROM access.approval_rule WHERE tenant_id IS NULL OR tenant_id = $1", connection);
        command.Parameters.Add(new() { Value = tenantId });
        var rules = new List<ApprovalRule>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rules.Add(new(
                reader.IsDBNull(0) ? null : reader.GetString(0),
                reader.IsDBNull(1) ? null : ClassificationLevels.Find(reader.GetString(1)),
                reader.GetFieldValue<string[]>(2),
                reader.GetInt32(3)));
        }

        return rules;
    }
}
