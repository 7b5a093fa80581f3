using System.Diagnostics;
using System.Text.Json;
using Npgsql;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Sovereignty.Testing;

namespace Sovereignty.ChaosTests;

[CollectionDefinition(nameof(ChaosParts))]
public sealed class ChaosCollection : ICollectionFixture<ChaosParts>;

/// <summary>A broker and a database to be taken away; the host brings them back.</summary>
public sealed class ChaosParts : RealParts
{
    private static readonly TimeSpan ComesBack = TimeSpan.FromSeconds(120);

    public Task<IConnection> Connect() => new ConnectionFactory { Uri = Broker, AutomaticRecoveryEnabled = false }.CreateConnectionAsync();

    public NpgsqlDataSource Database(string name) =>
        NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(AdminDatabase) { Database = name });

    /// <summary>Ends a part by a signal and waits until the host has it up again.</summary>
    public async Task TakeAway(string part, string signal)
    {
        var (pid, _) = Status(part);
        await Signal(pid!.Value, signal);
        await Eventually.True(() => Status(part) is { Health: "healthy", Pid: not null } now && now.Pid != pid, $"{part} is back", ComesBack);
    }

    public static async Task Signal(int pid, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{pid}"]);
        await kill.WaitForExitAsync();
    }

    /// <summary>What an outage of the broker looks like from outside.</summary>
    public static bool IsBrokerAway(Exception exception) =>
        exception is RabbitMQClientException or IOException or OperationCanceledException or ObjectDisposedException or TimeoutException;

    private (int? Pid, string Health) Status(string part)
    {
        try
        {
            using var status = JsonDocument.Parse(File.ReadAllText(Path.Combine(State, "status.json")));
            var entry = status.RootElement.GetProperty("parts").EnumerateArray().Single(item => item.GetProperty("name").GetString() == part);
            var pid = entry.GetProperty("pid");
            return (pid.ValueKind is JsonValueKind.Null ? null : pid.GetInt32(), entry.GetProperty("health").GetString()!);
        }
        catch (Exception exception) when (exception is JsonException or IOException)
        {
            // The host is writing it.
            return (null, "");
        }
    }
}
