using System.Text.Json;

namespace Sovereignty.AppHost.Native;

internal sealed record PartStatus(string Name, int? Pid, string Health, string? Url, string Log);

internal sealed record Status(string? Gateway, IReadOnlyList<PartStatus> Parts);

internal sealed record HostRecord(LiveProcess Host, bool Ready, IReadOnlyList<LiveProcess> Processes);

/// <summary>What the host last wrote about its parts and their processes.</summary>
internal sealed class StatusFile(StateFolder state)
{
    private static readonly JsonSerializerOptions Json = JsonSerializerOptions.Web;
    private readonly string _status = state.File("status.json");
    private readonly string _host = state.File("host.json");

    public void Write(Status status) => StateFolder.WriteSecret(_status, JsonSerializer.Serialize(status, Json));

    public void Write(HostRecord host) => StateFolder.WriteSecret(_host, JsonSerializer.Serialize(host, Json));

    public HostRecord? ReadHost() => Read<HostRecord>(_host);

    /// <summary>Nothing of a host that is gone.</summary>
    public Status ReadStatus() =>
        ReadHost() is { Host.IsAlive: true } && Read<Status>(_status) is { } status ? status : new Status(null, []);

    public void Clear()
    {
        File.Delete(_status);
        File.Delete(_host);
    }

    private static T? Read<T>(string file) where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllText(file), Json);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
