using System.Net.Http.Json;
using System.Text.Json;
using Sovereignty.Contracts;

namespace Sovereignty.AccessService.Tests;

/// <summary>Calls by HTTP, with what came back.</summary>
internal static class Http
{
    public static async Task<(int Status, JsonElement Body, string? ETag)> Ask(
        this RunningAccessService service, Person person, HttpMethod method, string path, object? body = null, string? ifMatch = null, string? ifNoneMatch = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body, body.GetType(), options: ContractJson.Options) };
        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        if (ifNoneMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", ifNoneMatch);
        }

        using var response = await service.Client(person).SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return ((int)response.StatusCode, text.Length > 0 ? JsonDocument.Parse(text).RootElement : default, response.Headers.ETag?.Tag);
    }

    /// <summary>What must be answered with a status.</summary>
    public static async Task<(int Status, JsonElement Body, string? ETag)> Send(
        this RunningAccessService service, Person person, HttpMethod method, string path, object? body, int status, string? ifMatch = null, string? ifNoneMatch = null)
    {
        var answer = await service.Ask(person, method, path, body, ifMatch, ifNoneMatch);
        Assert.True(answer.Status == status, $"{method} {path}: {answer.Status} {answer.Body}");
        return answer;
    }

    /// <summary>What must be refused with a status and a code.</summary>
    public static async Task<JsonElement> Refused(
        this RunningAccessService service, Person person, HttpMethod method, string path, object? body, int status, string code, string? ifMatch = null, string? ifNoneMatch = null)
    {
        var answer = await service.Send(person, method, path, body, status, ifMatch, ifNoneMatch);
        Assert.Equal(code, answer.Body.GetProperty("code").GetString());
        return answer.Body;
    }
}
