using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text.Json;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Regions;
using Sovereignty.Contracts.Residency;
using Sovereignty.Evaluation.Table;

namespace Sovereignty.Evaluation;

/// <summary>Everything a decision depends on besides its input, as it stands in one epoch.</summary>
public sealed class PolicySnapshot
{
    private const int WorthATable = 100;

    private readonly FrozenDictionary<string, Region> _regions;
    private readonly ILookup<(string? TenantId, string? DataType), PublishedPolicy> _policies;
    private readonly FrozenDictionary<string, CountryGroup> _groups;
    private readonly ILookup<string, RetentionRule> _retentions;
    private readonly Lazy<DecisionTable> _table;
    private int _decisions;

    public PolicySnapshot(
        long epoch,
        DateTimeOffset asOf,
        IEnumerable<PublishedPolicy> policies,
        IEnumerable<Region> regions,
        IEnumerable<LegalFact> facts,
        IEnumerable<ClassificationRule> rules,
        IEnumerable<RetentionRule>? retentions = null)
    {
        Epoch = epoch;
        AsOf = asOf;
        _regions = regions.ToFrozenDictionary(region => region.Code, StringComparer.Ordinal);
        _policies = policies.ToLookup(policy => (policy.Policy.TenantId, policy.Policy.DataType));
        Facts = [.. facts.OrderBy(fact => fact.Id, StringComparer.Ordinal)];
        Rules = [.. rules];
        Retentions = [.. retentions ?? []];
        _retentions = Retentions.ToLookup(choice => choice.TenantId, StringComparer.Ordinal);
        _table = new(() => DecisionTable.Compile(this));
        _groups = Facts.Where(fact => fact.Group is not null && fact.IsInForce(asOf))
            .GroupBy(fact => fact.Group!, StringComparer.Ordinal)
            .ToFrozenDictionary(group => group.Key, group => new CountryGroup(group.Key, [.. group.SelectMany(fact => fact.Members)]), StringComparer.Ordinal);
        ActiveRegions = [.. _regions.Values.Where(region => region.State is RegionState.Active).OrderBy(region => region.Code, StringComparer.Ordinal)];
    }

    public long Epoch { get; }

    /// <summary>The moment the epoch began: validity is judged by it, so that every instance decides alike whatever its clock.</summary>
    public DateTimeOffset AsOf { get; }

    public IReadOnlyList<LegalFact> Facts { get; }

    public IReadOnlyList<ClassificationRule> Rules { get; }

    /// <summary>What tenants chose for themselves.</summary>
    public IReadOnlyList<RetentionRule> Retentions { get; }

    /// <summary>Compiled when it is first asked for, once.</summary>
    public DecisionTable Table => _table.Value;

    /// <summary>Ordered by code.</summary>
    public IReadOnlyList<Region> ActiveRegions { get; }

    public IEnumerable<PublishedPolicy> Policies => _policies.SelectMany(level => level);

    public IEnumerable<Region> Regions => _regions.Values;

    public IReadOnlyCollection<CountryGroup> Groups => _groups.Values;

    public Region? FindRegion(string code) => _regions.GetValueOrDefault(code);

    public CountryGroup? FindGroup(string code) => _groups.GetValueOrDefault(code);

    public IEnumerable<PublishedPolicy> PoliciesAt(string? tenantId, string? dataType) => _policies[(tenantId, dataType)];

    public IEnumerable<RetentionRule> RetentionsOf(string tenantId) => _retentions[tenantId];

    /// <summary>What it says about a cell: read plainly until it has been asked often enough to be worth a table, which one caller then compiles.</summary>
    public ICellVerdicts Find(PlacementCell cell) =>
        _table.IsValueCreated || Interlocked.Increment(ref _decisions) == WorthATable ? Table.Find(cell) : new Interpreter(this, cell);

    /// <summary>The same as it will be, or was, at another moment.</summary>
    public PolicySnapshot At(DateTimeOffset moment) => new(Epoch, moment, Policies, Regions, Facts, Rules, Retentions);

    /// <summary>The first moment after the given one at which anything starts or ends; null for none.</summary>
    public DateTimeOffset? NextBoundary(DateTimeOffset after)
    {
        IEnumerable<DateTimeOffset?> boundaries =
        [
            .. Policies.SelectMany(policy => new[] { policy.Policy.ValidFrom, policy.Policy.ValidTo, policy.RetiredAt }),
            .. Policies.SelectMany(policy => policy.Policy.Mechanisms).Select(mechanism => mechanism.ValidUntil),
            .. Facts.SelectMany(fact => Days(fact.ValidFrom, fact.ValidUntil)),
            .. Facts.SelectMany(fact => fact.Members).SelectMany(member => Days(member.From, member.Until)),
        ];
        return boundaries.Where(boundary => boundary > after).Min();
    }

    private static DateTimeOffset?[] Days(DateOnly? from, DateOnly? until) =>
        [from is { } first ? Validity.StartOf(first) : null, until is { } last ? Validity.AfterLast(last) : null];

    /// <summary>SHA-256 in hexadecimal of what is in force at the epoch's moment.</summary>
    public string ContentHash()
    {
        var content = new
        {
            Policies = Policies.Select(policy => policy.Policy).OrderBy(policy => policy.Id).ThenBy(policy => policy.Version)
                .Where(policy => PolicySelection.InForce(PoliciesAt(policy.TenantId, policy.DataType), AsOf).Contains(policy)),
            Regions = Regions.OrderBy(region => region.Code, StringComparer.Ordinal),
            Groups = Groups.OrderBy(group => group.Code, StringComparer.Ordinal).Select(group => new
            {
                group.Code,
                Members = group.Members.Select(member => member.Country).Distinct().Where(country => group.Contains(country, AsOf)).Order(StringComparer.Ordinal),
            }),
            Facts = Facts.Where(fact => fact.IsInForce(AsOf)),
            Rules = Rules.Select(rule => JsonSerializer.Serialize(rule, ContractJson.Options)).Order(StringComparer.Ordinal),
            Retentions = Retentions.OrderBy(rule => rule.TenantId, StringComparer.Ordinal).ThenBy(rule => rule.Level),
        };
        return Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(content, ContractJson.Options)));
    }
}
