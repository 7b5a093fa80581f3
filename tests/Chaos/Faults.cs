using System.Diagnostics;
using MassTransit;

namespace Sovereignty.Chaos;

/// <summary>Ends the process by SIGKILL, at the n-th time that it comes by a place where guarantees are made or broken.</summary>
internal sealed class Faults(int? afterCommit, int? afterPublish)
{
    private int _commits;
    private int _publishes;

    /// <summary>A message is committed and not yet acknowledged.</summary>
    public void Committed() => Count(ref _commits, afterCommit, "after-commit");

    /// <summary>The broker has confirmed messages that are still in the outbox.</summary>
    public void Published() => Count(ref _publishes, afterPublish, "after-publish");

    private static void Count(ref int count, int? fatal, string place)
    {
        if (Interlocked.Increment(ref count) == fatal)
        {
            Console.WriteLine(place);
            Process.GetCurrentProcess().Kill();
        }
    }
}

/// <summary>Stands between the consumer's commit and the acknowledgement to the broker.</summary>
internal sealed class CommittedObserver(Faults faults, Controls controls) : IConsumeObserver
{
    public Task PreConsume<T>(ConsumeContext<T> context)
        where T : class =>
        Task.CompletedTask;

    public async Task PostConsume<T>(ConsumeContext<T> context)
        where T : class
    {
        if (context.ReceiveContext.TryGetPayload(out Afterwards? afterwards))
        {
            faults.Committed();
            await context.Publish(afterwards.Message);
        }
        else if (!controls.WithoutTransaction)
        {
            faults.Committed();
        }
    }

    public Task ConsumeFault<T>(ConsumeContext<T> context, Exception exception)
        where T : class =>
        Task.CompletedTask;
}
