using System.Net;
using System.Net.Http.Json;
using Sovereignty.Cli.Access;

namespace Sovereignty.Cli.Messages;

/// <summary>The error queues of the services over REST, for an operator.</summary>
internal sealed class OperationsClient(HttpClient http) : IDisposable
{
    private const string Person = "operator";
    private const int Most = 500;

    public static async Task<OperationsClient> SignIn(Platform platform) => new(await platform.SignIn(Person));

    public async Task<QueuesAnswer> Queues(string service) => await Read<QueuesAnswer>(await http.GetAsync(Path(service)));

    public async Task<MessagesAnswer> Messages(string queue) => await Read<MessagesAnswer>(await http.GetAsync($"{Path(queue, [])}?limit={Most}"));

    public async Task<WholeMessageView> Show(string queue, string id) => await Read<WholeMessageView>(await http.GetAsync(Path(queue, [id])));

    public Task<ActionAnswer> Redrive(string queue, string? id, string? reason) => Post(Path(queue, id is null ? ["redrive"] : [id, "redrive"]), reason);

    public Task<ActionAnswer> Discard(string queue, string id, string reason) => Post(Path(queue, [id, "discard"]), reason);

    public async Task<string> Find(string queue, string name) =>
        QueueName.Find(name, queue, [.. (await Messages(queue)).Items.Select(message => message.Id)]);

    public void Dispose() => http.Dispose();

    private static string Path(string service) => $"/operations/{service}/messages";

    private static string Path(string queue, string[] rest)
    {
        var service = QueueName.Service(queue)
            ?? throw new RefusedException($"No service has a queue '{Words.Line(queue, 60)}'. See ./sov messages list.");
        return string.Join('/', [Path(service), queue, .. rest.Select(Uri.EscapeDataString)]);
    }

    private async Task<ActionAnswer> Post(string path, string? reason) =>
        await Read<ActionAnswer>(await http.PostAsJsonAsync(path, new Dictionary<string, string?> { ["reason"] = reason }));

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
}
