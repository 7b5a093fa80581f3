namespace Sovereignty.Messaging.Bench;

/// <summary>What is being done, on standard error: one line that changes on a terminal, a line each elsewhere.</summary>
internal static class Progress
{
    public static void Say(string text) =>
        Console.Error.Write(Console.IsErrorRedirected ? $"{text}\n" : $"\r\e[K{text}");

    public static void Round(string bench, int round, int rounds, Measured product, Measured reference) =>
        Say($"{bench}, round {round} of {rounds}: {product.PerSecond:N0}/s, reference {reference.PerSecond:N0}/s");

    public static void Clear()
    {
        if (!Console.IsErrorRedirected)
        {
            Console.Error.Write("\r\e[K");
        }
    }
}
