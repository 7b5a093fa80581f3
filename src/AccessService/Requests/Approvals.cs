using Npgsql;
using System.Text.Json;
using Sovereignty.AccessService.People;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Access;
using Sovereignty.Messaging;

namespace Sovereignty.AccessService.Requests;

/// <summary>What decides who decides, as it is in the running transaction.</summary>
/// <param name="Rules">The rules in force that could match a request of the tenant.</param>
/// <param name="People">The tenant's people who could decide, and the requester where the directory knows them.</param>
/// <param name="NewestEpoch">The newest policy epoch that was heard of; an answer of an older one is outdated.</param>
internal sealed record ApprovalData(IReadOnlyList<ApprovalRule> Rules, IReadOnlyList<Standing> People, long NewestEpoch)
{
    public static ApprovalData None { get; } = new([], [], 0);

    public Standing? Find(string subject) => People.FirstOrDefault(person => person.Subject == subject);
}

internal interface IApprovalSource
{
    /// <summary>
    /// Reads them, and keeps whoever changes them from looking for what depends on them until this transaction is over: a request
    /// is decided by what is new, or found and looked at again.
    /// </summary>
    Task<ApprovalData> Load(UnitOfWork unit, string tenantId, string requester, DateTimeOffset now, CancellationToken cancellationToken);
}

internal sealed class ApprovalSource : IApprovalSource
{
    /// <summary>Shared by those who rest a decision on rules, people and epoch; exclusive to those who look for what depends on them.</summary>
    public const long Lock = 0x61636365_73730001;

    public async Task<ApprovalData> Load(UnitOfWork unit, string tenantId, string requester, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(unit.Connection)
        {
            BatchCommands =
            {
                new("SELECT pg_advisory_xact_lock_shared($1)") { Parameters = { new() { Value = Lock } } },
                new("SELECT newest FROM access.policy_epoch"),
                new(
                    """
                    SELECT body FROM (
                        SELECT DISTINCT ON (rule_id) body, retired FROM access.rule WHERE tenant_id IS NULL OR tenant_id = $1 ORDER BY rule_id, version DESC) AS newest
                    WHERE NOT retired
                    """)
                {
                    Parameters = { new() { Value = tenantId } },
                },
                new(
                    $"""
                    SELECT {PeopleTable.StandingColumns} FROM (
                        SELECT DISTINCT ON (subject) * FROM access.standing WHERE tenant_id = $1 AND valid_from <= $2 ORDER BY subject, version DESC) AS newest
                    WHERE roles && $3 OR subject = $4
                    """)
                {
                    Parameters = { new() { Value = tenantId }, new() { Value = now }, new() { Value = Standing.DecidingRoles.ToArray() }, new() { Value = requester } },
                },
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var epoch = reader.GetInt64(0);

        await reader.NextResultAsync(cancellationToken);
        var rules = new List<ApprovalRule>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rules.Add(JsonSerializer.Deserialize<ApprovalRule>(reader.GetString(0), ContractJson.Options)!);
        }

        await reader.NextResultAsync(cancellationToken);
        var people = new List<Standing>();
        while (await reader.ReadAsync(cancellationToken))
        {
            people.Add(PeopleTable.ReadStanding(reader));
        }

        return new(rules, people, epoch);
    }
}

/// <summary>The approval data of one message, read once.</summary>
internal sealed class Approvals(UnitOfWork unit, IApprovalSource source, Moment moment)
{
    private ApprovalData? _data;

    /// <summary>What was read; nobody and nothing where the message is judged without.</summary>
    public ApprovalData Data => _data ?? ApprovalData.None;

    public async Task Load(AccessRequest request, DateTimeOffset? atLeast, CancellationToken cancellationToken) =>
        _data ??= await source.Load(unit, request.TenantId, request.Requester.Subject, atLeast > moment.At ? atLeast.Value : moment.At, cancellationToken);
}
