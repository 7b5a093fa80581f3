using RabbitMQ.Client;

namespace Sovereignty.PolicyService.Ingress;

/// <summary>Declares the topic exchange that plain answers go to; MassTransit declares only exchanges of contracts.</summary>
internal sealed partial class DecisionsExchange(IConfiguration configuration, TimeProvider time, ILogger<DecisionsExchange> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!await TryDeclare(stoppingToken))
        {
            await Task.Delay(Pause, time, stoppingToken);
        }
    }

    private async Task<bool> TryDeclare(CancellationToken cancellationToken)
    {
        try
        {
            var factory = new ConnectionFactory { Uri = new Uri(configuration.GetConnectionString("rabbit")!), AutomaticRecoveryEnabled = false, ClientProvidedName = $"{Service.Name} topology" };
            await using var connection = await factory.CreateConnectionAsync(cancellationToken);
            await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
            await channel.ExchangeDeclareAsync(PlainAnswer.Exchange, ExchangeType.Topic, durable: true, autoDelete: false, cancellationToken: cancellationToken);
            return true;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(PlainAnswer.Exchange, exception.GetType().Name, exception.Message);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Exchange {Exchange} is not declared yet: {Error}, {Reason}")]
    private partial void LogFailed(string exchange, string error, string reason);
}
