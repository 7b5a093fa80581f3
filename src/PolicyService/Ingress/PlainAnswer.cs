using System.Text.Json;
using MassTransit;
using Sovereignty.Contracts;
using Sovereignty.Contracts.Data;
using Sovereignty.Messaging;

namespace Sovereignty.PolicyService.Ingress;

/// <summary>The decision as plain JSON, for publishers that asked in plain JSON.</summary>
internal static class PlainAnswer
{
    public const string Exchange = "sovereignty.decisions";
    private const string HeaderName = "sov-answer";
    private const string Json = "json";

    public static IReadOnlyDictionary<string, string> Wanted { get; } = new Dictionary<string, string> { [HeaderName] = Json };

    public static bool IsWanted(Headers headers) => headers.Get<string>(HeaderName) == Json;

    public static void Send(UnitOfWork unit, Decision decision, string? traceParent) =>
        unit.SendRaw(
            Exchange,
            decision.TenantId!,
            "application/json",
            JsonSerializer.SerializeToUtf8Bytes(decision, ContractJson.Options),
            new() { TraceParent = traceParent });
}
