using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Xml;
using Microsoft.Extensions.Options;
using Sovereignty.Contracts;

namespace Sovereignty.Client;

/// <summary>AccessService's feed of grants, over HTTP.</summary>
internal sealed class GrantFeed(IHttpClientFactory http, IOptions<SovereigntyOptions> options)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly SovereigntyOptions _options = options.Value;

    public Task<GrantSnapshotPage> Snapshot(string? cursor, CancellationToken cancellationToken) =>
        Get<GrantSnapshotPage>(cursor is null ? "access/enforcement/snapshot" : $"access/enforcement/snapshot?cursor={Uri.EscapeDataString(cursor)}", Patience, cancellationToken);

    /// <summary>Waits for changes.</summary>
    /// <returns>What changed, perhaps nothing; null where the position is too old to go on from.</returns>
    public async Task<GrantChangesPage?> Changes(string position, CancellationToken cancellationToken)
    {
        try
        {
            return await Get<GrantChangesPage>(
                $"access/enforcement/changes?after={Uri.EscapeDataString(position)}&wait={XmlConvert.ToString(_options.LongPoll)}",
                _options.LongPoll + Patience,
                cancellationToken);
        }
        catch (HttpRequestException exception) when (exception.StatusCode is HttpStatusCode.Gone)
        {
            return null;
        }
    }

    private async Task<T> Get<T>(string path, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(limit);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_options.Gateway!, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await _options.Token!(patience.Token));
        using var client = http.CreateClient(SovereigntyExtensions.HttpClientName);
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<T>(ContractJson.Options, patience.Token))!;
    }
}
