using System.Diagnostics;

namespace Sovereignty.Cli.Demo;

/// <summary>Waits for something to become so, and not for ever.</summary>
internal static class Wait
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(40);

    public static Task Until(Func<bool> condition) => For(() => Task.FromResult(condition()), value => value);

    /// <summary>The first value that is right, or the last one seen when the time is over.</summary>
    public static async Task<T> For<T>(Func<Task<T>> read, Func<T, bool> isRight, TimeSpan? limit = null)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var value = await read();
            if (isRight(value) || clock.Elapsed > (limit ?? Limit))
            {
                return value;
            }

            await Task.Delay(Pause);
        }
    }
}
