using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text.Json;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Regions;

namespace Sovereignty.PolicyService.Evaluation;

/// <summary>Everything a decision depends on besides its input, as it stands in one epoch.</summary>
internal sealed class PolicySnapshot
{
    private readonly FrozenDictionary<string, Region> _regions;
    private readonly ILookup<(string? TenantId, string? DataType), PublishedPolicy> _policies;
    private readonly FrozenDictionary<string, CountryGroup> _groups;

    public PolicySnapshot(
        long epoch,
        DateTimeOffset asOf,
        IEnumerable<PublishedPolicy> policies,
        IEnumerable<Region> regions,
        IEnumerable<CountryGroup> groups,
        IEnumerable<LegalFact> facts,
        IEnumerable<ClassificationRule> rules)
    {
        Epoch = epoch;
        AsOf = asOf;
        _regions = regions.ToFrozenDictionary(region => region.Code, StringComparer.Ordinal);
        _policies = policies.ToLookup(policy => (policy.Policy.TenantId, policy.Policy.DataType));
        _groups = groups.ToFrozenDictionary(group => group.Code, StringComparer.Ordinal);
        Facts = [.. facts.OrderBy(fact => fact.Id, StringComparer.Ordinal)];
        Rules = [.. rules];
        ActiveRegions = [.. _regions.Values.Where(region => region.State is RegionState.Active).OrderBy(region => region.Code, StringComparer.Ordinal)];
    }

    public long Epoch { get; }

    /// <summary>The moment the epoch began: validity is judged by it, so that every instance decides alike whatever its clock.</summary>
    public DateTimeOffset AsOf { get; }

    public IReadOnlyList<LegalFact> Facts { get; }

    public IReadOnlyList<ClassificationRule> Rules { get; }

    /// <summary>Ordered by code.</summary>
    public IReadOnlyList<Region> ActiveRegions { get; }

    public IEnumerable<PublishedPolicy> Policies => _policies.SelectMany(level => level);

    public IEnumerable<Region> Regions => _regions.Values;

    public IReadOnlyCollection<CountryGroup> Groups => _groups.Values;

    public Region? FindRegion(string code) => _regions.GetValueOrDefault(code);

    public CountryGroup? FindGroup(string code) => _groups.GetValueOrDefault(code);

    public IEnumerable<PublishedPolicy> PoliciesAt(string? tenantId, string? dataType) => _policies[(tenantId, dataType)];

    /// <summary>The first moment after the given one at which anything starts or ends; null for none.</summary>
    public DateTimeOffset? NextBoundary(DateTimeOffset after)
    {
        IEnumerable<DateTimeOffset?> boundaries =
        [
            .. Policies.SelectMany(policy => new[] { policy.Policy.ValidFrom, policy.Policy.ValidTo, policy.RetiredAt }),
            .. Facts.SelectMany(fact => new[] { fact.ValidFrom, fact.ValidBefore }),
            .. Groups.SelectMany(group => group.Members).SelectMany(member => new[] { member.From, member.Before }),
        ];
        return boundaries.Where(boundary => boundary > after).Min();
    }

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
            Facts = Facts.Where(fact => Validity.Holds(fact.ValidFrom, fact.ValidBefore, AsOf)),
            Rules = Rules.Select(rule => JsonSerializer.Serialize(rule, ContractJson.Options)).Order(StringComparer.Ordinal),
        };
        return Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(content, ContractJson.Options)));
    }
}
