using System.Diagnostics;
using System.Text.Json;
using MassTransit;
using MassTransit.Metadata;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Sovereignty.Cli.Demo;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Data;
using Spectre.Console;

namespace Sovereignty.Cli.Bench;

/// <summary>
/// Publishes with confirms and counts answers, the same way for both sides: PolicyService, which decides and keeps the
/// decision in PostgreSQL while AuditService logs every event, and a bare MassTransit service that does neither.
/// </summary>
internal static class PipelineBench
{
    private const int Outstanding = 500;
    private static readonly TimeSpan RunLimit = TimeSpan.FromMinutes(3);

    public static async Task<int> Run(int count, int rounds, bool json)
    {
        var platform = Platform.Load();
        using var reference = StartReference();
        try
        {
            var ours = new List<double>();
            var bare = new List<double>();
            var data = Scenario.Generate($"bench-{Guid.NewGuid().ToString("N")[..8]}", (count * rounds) + 1000, seed: 1).Select(item => item.Data).ToList();
            await using var connection = await new ConnectionFactory { Uri = platform.Amqp["operator"] }.CreateConnectionAsync();
            await Measure(connection, data.Skip(count * rounds), Envelope, [ExchangeOf<DataAdmitted>(), ExchangeOf<DataRejected>()], ExchangeOf<DataCreated>());
            for (var round = 0; round < rounds; round++)
            {
                var slice = data.Skip(round * count).Take(count).ToList();
                ours.Add(await Measure(connection, slice, Envelope, [ExchangeOf<DataAdmitted>(), ExchangeOf<DataRejected>()], ExchangeOf<DataCreated>()));
                bare.Add(await Measure(connection, slice, item => Envelope(new BenchAsked { Data = item }), [ExchangeOf<BenchAnswered>()], ExchangeOf<BenchAsked>()));
                if (!json)
                {
                    Console.WriteLine($"round {round + 1}: DataCreated to decision {ours[^1]:N0}/s, bare MassTransit {bare[^1]:N0}/s");
                }
            }

            Print(count, rounds, Median(ours), Median(bare), json);
            return 0;
        }
        finally
        {
            reference.Kill();
            await RemoveReference(platform);
        }
    }

    private static void Print(int count, int rounds, double ours, double bare, bool json)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new { bench = "pipeline", messages = count, rounds, decisionsPerSecond = Math.Round(ours), bareMassTransitPerSecond = Math.Round(bare), ratio = Math.Round(ours / bare, 2), processors = Environment.ProcessorCount }));
            return;
        }

        var table = new Table().RoundedBorder().AddColumn($"{count:N0} messages, median of {rounds} alternating runs, {Environment.ProcessorCount} processors shared by all").AddColumn(new TableColumn("messages/s").RightAligned());
        table.AddRow("DataCreated to decision: inbox, decision and outbox in PostgreSQL, all events logged", $"{ours:N0}");
        table.AddRow("reference: bare MassTransit, consume and publish, quorum queue, no database", $"{bare:N0}");
        table.AddRow("ratio", $"{ours / bare:0.00}");
        AnsiConsole.Write(table);
    }

    private static async Task<double> Measure(IConnection connection, IEnumerable<DataCreated> data, Func<DataCreated, (Guid Id, byte[] Body)> encode, string[] answerExchanges, string exchange)
    {
        var messages = data.Select(encode).ToList();
        await using var answers = await connection.CreateChannelAsync();
        var queue = await answers.QueueDeclareAsync();
        foreach (var answerExchange in answerExchanges)
        {
            await answers.QueueBindAsync(queue.QueueName, answerExchange, "");
        }

        var answered = 0;
        var done = new TaskCompletionSource();
        var consumer = new AsyncEventingBasicConsumer(answers);
        consumer.ReceivedAsync += (_, _) =>
        {
            if (Interlocked.Increment(ref answered) == messages.Count)
            {
                done.TrySetResult();
            }

            return Task.CompletedTask;
        };
        await answers.BasicConsumeAsync(queue.QueueName, autoAck: true, consumer);

        await using var channel = await connection.CreateChannelAsync(new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true, outstandingPublisherConfirmationsRateLimiter: null));
        var clock = Stopwatch.StartNew();
        await Parallel.ForEachAsync(messages, new ParallelOptions { MaxDegreeOfParallelism = Outstanding }, (message, cancellation) => Publish(channel, exchange, message.Id, message.Body, cancellation));
        await done.Task.WaitAsync(RunLimit);
        return messages.Count / clock.Elapsed.TotalSeconds;
    }

    private static ValueTask Publish(IChannel channel, string exchange, Guid id, byte[] body, CancellationToken cancellation)
    {
        var properties = new BasicProperties { MessageId = id.ToString(), ContentType = "application/vnd.masstransit+json", DeliveryMode = DeliveryModes.Persistent, UserId = "operator" };
        return channel.BasicPublishAsync(exchange, "", mandatory: false, properties, body, cancellation);
    }

    private static (Guid Id, byte[] Body) Envelope<T>(T message)
        where T : class
    {
        var id = NewId.NextGuid();
        return (id, JsonSerializer.SerializeToUtf8Bytes(new { messageId = id, messageType = MessageTypeCache<T>.MessageTypeNames, message }, ContractJson.Options));
    }

    private static string ExchangeOf<T>() => new MassTransit.RabbitMqTransport.RabbitMqMessageNameFormatter().GetMessageName(typeof(T));

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static async Task RemoveReference(Platform platform)
    {
        await using var connection = await new ConnectionFactory { Uri = platform.Amqp["operator"] }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        await channel.QueueDeleteAsync(ReferenceService.Queue);
        foreach (var exchange in new[] { ReferenceService.Queue, ExchangeOf<BenchAsked>(), ExchangeOf<BenchAnswered>() })
        {
            await channel.ExchangeDeleteAsync(exchange);
        }
    }

    private static Process StartReference()
    {
        var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(PipelineBench).Assembly.Location, "bench", "reference-service"]) { RedirectStandardOutput = true })!;
        return process.StandardOutput.ReadLine() == "ready" ? process : throw new PlatformException("The reference service did not start.");
    }
}
