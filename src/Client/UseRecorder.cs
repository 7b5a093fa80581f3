using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Access;

namespace Sovereignty.Client;

/// <summary>Records uses with <c>POST /access/use</c>. One use has one key, so that however often it is sent it counts once.</summary>
internal sealed class UseRecorder(IHttpClientFactory http, IOptions<SovereigntyOptions> options, GrantReplica replica, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(400);

    private readonly SovereigntyOptions _options = options.Value;

    public async Task<UseAnswer> Use(AccessUse use, string useId, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(_options.UseTimeout, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        Exception? last = null;
        for (var pause = Pause; ; pause = pause < LongestPause ? pause * 2 : pause)
        {
            try
            {
                if (await Send(use, useId, limit.Token) is { } answer)
                {
                    return answer;
                }

                await Task.Delay(pause, time, limit.Token);
            }
            catch (HttpRequestException exception) when (!limit.IsCancellationRequested)
            {
                last = exception;
                await Task.Delay(pause, time, limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception exception) when (exception is OperationCanceledException or HttpRequestException)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw new SovereigntyException(
                    SovereigntyException.Unavailable, "AccessService did not answer in time. Do not serve the data; the same use with the same id counts once, whenever it is sent.", last ?? exception);
            }
        }
    }

    /// <returns>Null where sending it again may help.</returns>
    private async Task<UseAnswer?> Send(AccessUse use, string useId, CancellationToken cancellationToken)
    {
        var (answer, isReplayed) = await Post("access/use", use, useId, cancellationToken);
        return isReplayed && answer is { Allowed: true } ? await StillAllowed(use, answer, cancellationToken) : answer;
    }

    /// <returns>No answer where sending it again may help.</returns>
    private async Task<(UseAnswer? Answer, bool IsReplayed)> Post(string path, AccessUse use, string? key, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_options.Gateway!, path))
        {
            Content = JsonContent.Create(use, options: ContractJson.Options),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await _options.Token!(cancellationToken));
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        using var client = http.CreateClient(SovereigntyExtensions.HttpClientName);
        using var response = await client.SendAsync(request, cancellationToken);
        if (response.IsSuccessStatusCode)
        {
            return (await response.Content.ReadFromJsonAsync<UseAnswer>(ContractJson.Options, cancellationToken), response.Headers.Contains("Idempotency-Replayed"));
        }

        var code = await Code(response, cancellationToken);
        return response.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError
            || code is "idempotency-key-in-use" or "conflict"
            ? default
            : throw new SovereigntyException(code, $"AccessService refused the request itself with {code}.");
    }

    /// <summary>A first yes that is given again may be old: it counted the use, but what it allowed must hold still.</summary>
    private async Task<UseAnswer?> StillAllowed(AccessUse use, UseAnswer first, CancellationToken cancellationToken)
    {
        string code;
        if (first.Until <= time.GetUtcNow())
        {
            code = AccessCodes.Ended;
        }
        else if (_options.FollowGrants)
        {
            code = replica.Check(new(_options.TenantId, use.Subject, use.DataId, use.Region, use.Purpose, use.Action), first.GrantId!.Value).Code;

            // Its budget may have been used up by this very use.
            code = code == AccessCodes.Exhausted ? AccessCodes.Granted : code;
        }
        else if ((await Post("access/check", use, null, cancellationToken)).Answer is { } now)
        {
            code = now.Code;
        }
        else
        {
            return null;
        }

        return code is AccessCodes.Granted or AccessCodes.UseRequired ? first : new(false, code, null, null);
    }

    private static async Task<string> Code(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            var problem = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
            return problem.ValueKind is JsonValueKind.Object && problem.TryGetProperty("code", out var code) && code.GetString() is { } text ? text : $"http-{(int)response.StatusCode}";
        }
        catch (JsonException)
        {
            return $"http-{(int)response.StatusCode}";
        }
    }
}
