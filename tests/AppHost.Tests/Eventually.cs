namespace Sovereignty.AppHost.Tests;

internal static class Eventually
{
    public static async Task True(Func<Task<bool>> condition, string what, int seconds = 60)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        while (!await condition())
        {
            try
            {
                await Task.Delay(50, limit.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"Not within {seconds} s: {what}");
            }
        }
    }

    public static Task True(Func<bool> condition, string what, int seconds = 60) =>
        True(() => Task.FromResult(condition()), what, seconds);
}
