using System.Text.Json;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Access;

namespace Sovereignty.AccessService.Tests;

/// <summary>The events of a request against its stored state: each version once, and nothing more.</summary>
internal static class Transitions
{
    private static readonly string[] WithoutTransition =
        [nameof(AccessCommandRefused), nameof(AccessCommandRepeated), nameof(AccessValidationOverdue), nameof(AccessUsed), nameof(AccessUseRefused), "AccessValidated"];

    private static readonly string[] Ends =
        [nameof(AccessRefused), nameof(AccessDenied), nameof(AccessWithdrawn), nameof(AccessLapsed), nameof(AccessEnded), nameof(AccessGivenBack), nameof(AccessExhausted), nameof(AccessRevoked)];

    public static async Task Eventually(RunningAccessService service, Guid requestId)
    {
        var version = await Version(service, requestId);
        await Testing.Eventually.True(() => Of(service, requestId).Count >= version, $"the events of {version} versions are heard");
        Assert.Equal(Enumerable.Range(1, version), Of(service, requestId).Select(transition => transition.Version));
        Assert.InRange(Of(service, requestId).Count(transition => Ends.Contains(transition.Type)), 0, 1);
    }

    /// <summary>Whether some version was told twice, or more than one end.</summary>
    public static bool AreTorn(RunningAccessService service, Guid requestId)
    {
        var transitions = Of(service, requestId);
        return transitions.DistinctBy(transition => transition.Version).Count() != transitions.Count || transitions.Count(transition => Ends.Contains(transition.Type)) > 1;
    }

    public static IReadOnlyList<(string Type, int Version)> Of(RunningAccessService service, Guid requestId) =>
    [
        .. service.EventsOf(requestId)
            .Where(heard => !WithoutTransition.Contains(heard.Type))
            .Select(heard => (heard.Type, Version: heard.Body.GetProperty("version").GetInt32()))
            .OrderBy(transition => transition.Version),
    ];

    private static async Task<int> Version(RunningAccessService service, Guid requestId) =>
        JsonDocument.Parse(await service.Query<string>($"SELECT body::text FROM access.request WHERE correlation_id = '{requestId}'")).RootElement.GetProperty("version").GetInt32();
}
