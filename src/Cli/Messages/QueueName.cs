namespace Sovereignty.Cli.Messages;

/// <summary>Queues are named after the service that owns them.</summary>
internal static class QueueName
{
    public static IReadOnlyList<string> Services { get; } = ["region-service", "policy-service", "access-service", "audit-service"];

    /// <summary>The service of an error queue; null where the name fits none.</summary>
    public static string? Service(string queue) =>
        queue.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-' or '_')
            ? Services.FirstOrDefault(service => queue.StartsWith($"{service[..^"-service".Length]}.", StringComparison.Ordinal))
            : null;

    /// <summary>The one id that is the name or begins with it.</summary>
    public static string Find(string name, string queue, IReadOnlyCollection<string> ids)
    {
        if (ids.Contains(name))
        {
            return name;
        }

        return ids.Where(id => id.StartsWith(name, StringComparison.Ordinal)).Distinct().ToList() switch
        {
            [var one] => one,
            [] => throw new RefusedException($"No message of {queue} begins with {name}. See ./sov messages list {queue}."),
            var several => throw new RefusedException($"{name} is the beginning of {several.Count} messages. Give more of it: ./sov messages list {queue} shows whole ids."),
        };
    }
}
