using MassTransit;

namespace Sovereignty.Messaging;

/// <summary>Consumes messages of one type, many in one transaction.</summary>
/// <typeparam name="T">The contract.</typeparam>
public interface IBatchConsumer<T>
    where T : class
{
    /// <summary>
    /// Handles messages whose ids are all new and all different. If it throws, the messages are tried one by one, and only
    /// the one that throws again goes to the error queue.
    /// </summary>
    /// <param name="batch">The messages, in the order of their arrival.</param>
    /// <param name="unit">The transaction; committed after the call.</param>
    /// <param name="cancellationToken">Set when the service stops; the messages come again.</param>
    Task Consume(IReadOnlyList<ConsumeContext<T>> batch, UnitOfWork unit, CancellationToken cancellationToken);
}

/// <summary>How a batch endpoint runs.</summary>
public sealed class BatchOptions
{
    /// <summary>The most messages in one transaction.</summary>
    public int MaxBatch { get; set; } = 200;

    /// <summary>How many transactions run at a time.</summary>
    public int Workers { get; set; } = 2;
}
