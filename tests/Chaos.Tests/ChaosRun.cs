using System.Text;
using Npgsql;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Sovereignty.Testing;

namespace Sovereignty.ChaosTests;

/// <summary>The service under test in several instances, its load, and the reckoning.</summary>
internal sealed class ChaosRun : IAsyncDisposable
{
    private static readonly string[] Stages = ["accounts", "entries", "settlements"];
    private static readonly string[] Sidings = ["", "_error", "_skipped", "_dead"];
    private readonly ChaosParts _parts;
    private readonly string _name;
    private readonly Witness _witness;
    private readonly NpgsqlDataSource _database;
    private volatile bool _calm;

    private ChaosRun(ChaosParts parts, string name, Random random)
    {
        _parts = parts;
        _name = name;
        _witness = new(parts, $"{name}.witness");
        _database = parts.Database(name);
        Load = new(parts, random);
    }

    public Load Load { get; init; }

    public List<ServiceProcess> Services { get; } = [];

    /// <summary>How many instances did not stand when all else was over: they hang, for nothing ends them any more.</summary>
    public int NotUp { get; private set; }

    public IReadOnlyDictionary<string, int> Deaths =>
        Services.SelectMany(service => service.Deaths).GroupBy(death => death.Key).ToDictionary(cause => cause.Key, cause => cause.Sum(death => death.Value));

    /// <param name="parts">Broker and database.</param>
    /// <param name="name">The database and the prefix of the queues.</param>
    /// <param name="random">The source of all that is left to chance.</param>
    /// <param name="load">Shapes the load.</param>
    /// <param name="without">The guard to leave out.</param>
    /// <param name="instances">How many share the work.</param>
    /// <param name="fate">For each life of an instance, how it shall end itself.</param>
    public static async Task<ChaosRun> Start(
        ChaosParts parts, string name, Random random, Load? load = null, string? without = null, int instances = 2, Func<string[]>? fate = null)
    {
        await ServiceProcess.Migrate(parts, name, without);
        var run = new ChaosRun(parts, name, random) { Load = load ?? new(parts, random) };
        await run._witness.Declare();
        for (var i = 0; i < instances; i++)
        {
            run.Services.Add(new(parts, name, without, () => run._calm || fate is null ? [] : fate()));
        }

        await Task.WhenAll(run.Services.Select(service => service.Ready)).WaitAsync(TimeSpan.FromSeconds(90));
        return run;
    }

    /// <summary>How many deposits have gone all the way; null while the database is away.</summary>
    public async Task<long?> Settled()
    {
        try
        {
            return await Count("SELECT count(*) FROM chaos.settlement");
        }
        catch (NpgsqlException)
        {
            return null;
        }
    }

    /// <summary>
    /// Lets the instances live, waits until all is done or nothing moves any more, and stops them, so that what is still on its
    /// way shows in the queues. Nothing is asserted here: what is missing is the ledger's to say.
    /// </summary>
    public async Task Drain(TimeSpan stillFor, TimeSpan limit)
    {
        _calm = true;
        var time = TimeProvider.System;
        var begin = time.GetTimestamp();
        var (last, since) = (default(Standing?), begin);
        while (time.GetElapsedTime(begin) < limit)
        {
            var standing = Services.All(service => service.IsUp) ? await Look() : null;
            if (standing is null || standing != last || standing is not { Outbox: 0, Queued: 0 })
            {
                (last, since) = (standing, time.GetTimestamp());
            }
            else if (time.GetElapsedTime(since) > (standing.Settled >= Load.Count ? TimeSpan.FromSeconds(1) : stillFor))
            {
                break;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200));
        }

        NotUp = Services.Count(service => !service.IsUp);
        await Task.WhenAll(Services.Select(service => service.Stop()));
    }

    public async Task<Ledger> Reckon() => new()
    {
        Sent = Load.Sent,
        Accounts = await Rows(
            "SELECT correlation_id, (body->>'version')::int, ARRAY(SELECT jsonb_array_elements_text(body->'taken')::int) FROM chaos.account",
            row => new AccountRow(row.GetGuid(0), row.GetInt32(1), row.GetFieldValue<int[]>(2))),
        Entries = await Rows("SELECT account, number FROM chaos.entry", row => new Deposit(row.GetGuid(0), row.GetInt32(1))),
        Settlements = await Rows("SELECT account, number FROM chaos.settlement", row => new Deposit(row.GetGuid(0), row.GetInt32(1))),
        OutboxRows = await Count("SELECT count(*) FROM messaging.outbox"),
        QueuesWithMessages = await QueuesWithMessages(),
        Events = await _witness.Read(),
    };

    public async ValueTask DisposeAsync()
    {
        _calm = true;
        await Task.WhenAll(Services.Select(service => service.Stop()));
        await Load.DisposeAsync();
        await _database.DisposeAsync();

        // The exchanges are shared: the next run's events are not for these queues.
        await using var connection = await _parts.Connect();
        await using var channel = await connection.CreateChannelAsync();
        foreach (var queue in Queues().Append($"{_name}.witness"))
        {
            await channel.QueueDeleteAsync(queue);
        }
    }

    private IEnumerable<string> Queues() => Stages.SelectMany(stage => Sidings.Select(siding => $"{_name}.{stage}{siding}"));

    private async Task<Standing?> Look()
    {
        try
        {
            return new(
                await Count("SELECT coalesce(sum((body->>'version')::int), 0) FROM chaos.account"),
                await Count("SELECT count(*) FROM chaos.entry"),
                await Count("SELECT count(*) FROM chaos.settlement"),
                await Count("SELECT count(*) FROM messaging.outbox"),
                await Queued());
        }
        catch (Exception exception) when (exception is NpgsqlException || ChaosParts.IsBrokerAway(exception))
        {
            return null;
        }
    }

    private async Task<long> Queued()
    {
        await using var connection = await _parts.Connect();
        await using var channel = await connection.CreateChannelAsync();
        var queued = 0L;
        foreach (var stage in Stages)
        {
            queued += (await channel.QueueDeclarePassiveAsync($"{_name}.{stage}")).MessageCount;
        }

        return queued;
    }

    private async Task<long> Count(string sql)
    {
        await using var command = _database.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private async Task<List<T>> Rows<T>(string sql, Func<NpgsqlDataReader, T> read)
    {
        await using var command = _database.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    private async Task<Dictionary<string, string>> QueuesWithMessages()
    {
        await using var connection = await _parts.Connect();
        var found = new Dictionary<string, string>();
        foreach (var queue in Queues())
        {
            await using var channel = await connection.CreateChannelAsync();
            try
            {
                if ((await channel.QueueDeclarePassiveAsync(queue)).MessageCount is var count and > 0)
                {
                    found[queue] = $"{count} messages{await Reason(channel, queue)}";
                }
            }
            catch (OperationInterruptedException exception) when (exception.ShutdownReason?.ReplyCode == 404)
            {
                // Error queues come into being with their first message.
            }
        }

        return found;
    }

    private static async Task<string> Reason(IChannel channel, string queue)
    {
        var first = await channel.BasicGetAsync(queue, autoAck: false);
        return first?.BasicProperties.Headers?.TryGetValue("MT-Fault-Message", out var reason) == true ? $", the first: {Encoding.UTF8.GetString((byte[])reason!)}" : "";
    }
}

/// <summary>How far a run has come. Messages that an instance holds are in no number here.</summary>
internal sealed record Standing(long Taken, long Entered, long Settled, long Outbox, long Queued);
