using System.Net.Http.Json;
using System.Text.Json;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Residency;

namespace Sovereignty.Cli.Demo;

/// <summary>Legal facts that begin and end while the demo plays.</summary>
internal static class Law
{
    public static async Task Record(HttpClient admin, LegalFact fact)
    {
        var path = $"/residency/facts/{fact.Id}";
        using var known = await admin.GetAsync(path);
        using var message = new HttpRequestMessage(HttpMethod.Put, path) { Content = JsonContent.Create(fact, options: ContractJson.Options) };
        message.Headers.TryAddWithoutValidation(known.IsSuccessStatusCode ? "If-Match" : "If-None-Match", known.IsSuccessStatusCode ? known.Headers.ETag!.Tag : "*");
        await (await admin.SendAsync(message)).Read<JsonElement>();
    }

    public static Task End(HttpClient admin, LegalFact fact) =>
        Record(admin, fact with { ValidUntil = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddDays(-1) });
}
