using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Sovereignty.Cli.Tests.Access;

/// <summary>What the command line sees of a platform with two requests that wait.</summary>
public sealed class AccessPlatform : GatewayDouble
{
    public const string First = "018f3c00-0000-7000-8000-000000000001";
    public const string Second = "018f3c00-00ff-7000-8000-000000000002";

    protected override void Map(WebApplication app)
    {
        app.MapGet("/access/inbox", (HttpRequest request, string? cursor) => Person(request) != "approver-de"
            ? new { items = Array.Empty<object>(), nextCursor = (string?)null }
            : cursor is null
                ? new { items = new[] { Request(First, "awaiting-approval") }, nextCursor = (string?)"a b" }
                : new { items = cursor == "a b" ? new[] { Request(Second, "awaiting-approval") } : [], nextCursor = (string?)null });
        app.MapGet("/access/requests/{id}", (string id) => id is First or Second
            ? Results.Json(Request(id, "awaiting-approval"))
            : Problem(404, "not-found", "There is no such request.", null));
        app.MapPost("/access/approve", (JsonElement body) => body.GetProperty("requestId").GetString() == First
            ? Results.Json(Request(First, "approved", body.GetProperty("reason").GetString(), body.TryGetProperty("duration", out var duration) ? duration.GetString() : null))
            : Problem(409, "already-decided", "Somebody was faster.", "denied"));
        app.MapPost("/access/reject", () => Problem(503, "service-unavailable", "access-service cannot be reached now.", null));
    }

    private static string Person(HttpRequest request) => request.Headers.Authorization.ToString()["Bearer ".Length..];

    private static IResult Problem(int status, string code, string detail, string? state) =>
        Results.Problem(detail, statusCode: status, extensions: new Dictionary<string, object?> { ["code"] = code, ["state"] = state });

    private static object Request(string id, string state, string? reason = null, string? duration = null)
    {
        var approver = new { issuer = "https://localhost/", subject = "approver-de", displayName = "Approver DE", roles = new[] { "approver" }, country = "DE" };
        var start = new DateTimeOffset(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);
        return new
        {
            requestId = id,
            state,
            version = 4,
            requester = approver with { subject = "requester", displayName = "Requester" },
            dataId = "invoice-1",
            sourceRegion = "eu-central-1",
            targetRegion = "us-east-1",
            targetCountry = "US",
            purpose = "support",
            actions = new[] { "view" },
            justification = "Ticket\u001b[2J 4711 [red]",
            duration = duration ?? "PT8H",
            submittedAt = start,
            quorum = 1,
            votes = reason is null ? [] : new[] { new { actor = approver, decision = "approve", reason, at = start } },
            lapsesAt = start.AddYears(100),
            decidedBy = reason is null ? null : approver,
            decidedAt = reason is null ? (DateTimeOffset?)null : start,
            citations = Array.Empty<object>(),
            grant = reason is null ? null : new { grantId = id, state = "active", startsAt = start, endsAt = start.AddHours(duration == "PT1H" ? 1 : 8) },
        };
    }
}
