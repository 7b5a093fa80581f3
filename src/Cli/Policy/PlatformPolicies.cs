using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Sovereignty.Cli.Access;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Regions;
using Sovereignty.Contracts.Residency;
using Sovereignty.Evaluation;
using Sovereignty.Evaluation.Publishing;

namespace Sovereignty.Cli.Policy;

/// <summary>Policies, facts and rules of the running platform over REST, for one person.</summary>
internal sealed class PlatformPolicies(HttpClient http) : IDisposable
{
    public IReadOnlyDictionary<string, int> FactVersions { get; private set; } = new Dictionary<string, int>();

    public IReadOnlyDictionary<ClassificationLevel, int> RuleVersions { get; private set; } = new Dictionary<ClassificationLevel, int>();

    public static async Task<PlatformPolicies> SignIn(Platform platform, string person) => new(await platform.SignIn(person));

    /// <summary>What is published, as far as the person may see it; earlier versions of the policies at given levels alone.</summary>
    public async Task<PolicySnapshot> Read(DateTimeOffset now, IReadOnlySet<(string? TenantId, string? DataType)> levels, CancellationToken cancellationToken)
    {
        var policies = new List<PublishedPolicy>();
        foreach (var latest in await List<PolicyItem>("/residency/policies", cancellationToken))
        {
            var versions = latest.Version == 1 || !levels.Contains((latest.TenantId, latest.DataType)) ? [latest] : await List<PolicyItem>($"/residency/policies/{latest.Id}/versions", cancellationToken);
            policies.AddRange(versions.Select(version => new PublishedPolicy(version.ToPolicy(), latest.RetiredAt)));
        }

        var facts = await List<FactItem>("/residency/facts", cancellationToken);
        var rules = await List<RuleItem>("/residency/rules", cancellationToken);
        FactVersions = facts.ToDictionary(fact => fact.Id, fact => fact.Version);
        RuleVersions = rules.ToDictionary(rule => rule.Level, rule => rule.Version);
        return new(epoch: 0, now, policies, await List<Region>("/regions", cancellationToken), facts.Select(fact => fact.Fact), rules.Select(rule => rule.Rule));
    }

    public Task<JsonElement> Publish(PolicyRequest policy, CancellationToken cancellationToken) =>
        Send(HttpMethod.Post, "/residency/policies", policy, cancellationToken);

    public Task<JsonElement> PublishNext(Guid id, int version, PolicyRequest policy, CancellationToken cancellationToken) =>
        Send(HttpMethod.Put, $"/residency/policies/{id}", policy, cancellationToken, version);

    public Task<JsonElement> Record(LegalFact fact, CancellationToken cancellationToken) =>
        Send(HttpMethod.Put, $"/residency/facts/{Uri.EscapeDataString(fact.Id)}", fact, cancellationToken, FactVersions.TryGetValue(fact.Id, out var version) ? version : null);

    public Task<JsonElement> Set(ClassificationRule rule, CancellationToken cancellationToken) =>
        Send(HttpMethod.Put, $"/residency/rules/{JsonNamingPolicy.KebabCaseLower.ConvertName(rule.Level.ToString())}", rule, cancellationToken, RuleVersions.TryGetValue(rule.Level, out var version) ? version : null);

    public void Dispose() => http.Dispose();

    private async Task<IReadOnlyList<T>> List<T>(string path, CancellationToken cancellationToken)
    {
        var items = new List<T>();
        string? cursor = null;
        do
        {
            var after = cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}";
            var page = await Read<Page<T>>(await http.GetAsync($"{path}?limit=500{after}", cancellationToken));
            items.AddRange(page.Items);
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return items;
    }

    private async Task<JsonElement> Send<T>(HttpMethod method, string path, T body, CancellationToken cancellationToken, int? version = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body, options: ContractJson.Options) };
        if (version is { } known)
        {
            request.Headers.TryAddWithoutValidation("If-Match", $"\"{known}\"");
        }
        else if (method == HttpMethod.Put)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", "*");
        }

        return await Read<JsonElement>(await http.SendAsync(request, cancellationToken));
    }

    private static async Task<T> Read<T>(HttpResponseMessage response)
    {
        if (response.IsSuccessStatusCode)
        {
            return await response.Read<T>();
        }

        var message = Refusal.Describe(response.StatusCode, await response.Content.ReadAsStringAsync());
        throw response.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout
            ? new PlatformException(message)
            : new RefusedException(message);
    }

    private sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor);

    private sealed record FactItem(string Id, int Version, LegalFact Fact);

    private sealed record RuleItem(ClassificationLevel Level, int Version, ClassificationRule Rule);

    private sealed record PolicyItem
    {
        public required Guid Id { get; init; }

        public required int Version { get; init; }

        public string? TenantId { get; init; }

        public string? DataType { get; init; }

        public required ResidencyMode Mode { get; init; }

        public required ResidencyParameters Parameters { get; init; }

        public IReadOnlyList<DeclaredMechanism> Mechanisms { get; init; } = [];

        public required DateTimeOffset ValidFrom { get; init; }

        public DateTimeOffset? ValidTo { get; init; }

        public DateTimeOffset? RetiredAt { get; init; }

        public ResidencyPolicy ToPolicy() => new()
        {
            Id = Id,
            Version = Version,
            TenantId = TenantId,
            DataType = DataType,
            Mode = Mode,
            Parameters = Parameters,
            Mechanisms = Mechanisms,
            ValidFrom = ValidFrom,
            ValidTo = ValidTo,
        };
    }
}
