using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Sovereignty.Witness;

/// <summary>C2SP tlog-witness, and what its operator and its policy's author need beside it.</summary>
internal static class WitnessEndpoints
{
    private const string Text = "text/plain; charset=utf-8";

    public static void MapWitness(this IEndpointRouteBuilder app)
    {
        app.MapPost("/add-checkpoint", AddCheckpoint);
        app.MapGet("/{originHash}/checkpoint", GetCheckpoint);
        app.MapGet("/key", (WitnessedLogs logs) => TypedResults.Text($"{logs.Verifier}\n", Text));
        app.MapGet("/health", GetHealth);
        app.MapGet("/alive", () => TypedResults.Ok());
    }

    private static async Task<IResult> AddCheckpoint(HttpRequest http, WitnessedLogs logs, CancellationToken ct)
    {
        using var body = new MemoryStream();
        await http.Body.CopyToAsync(body, ct);
        if (AddCheckpointRequest.Parse(body.GetBuffer().AsSpan(0, (int)body.Length)) is not { } request)
        {
            return Refuse(400, "This is not a request of add-checkpoint.");
        }

        if (logs.OfOrigin(request.Checkpoint.Origin) is not { } log)
        {
            return Refuse(404, "This witness does not watch that log.");
        }

        if (!log.IsSigned(request.Note))
        {
            return Refuse(403, "No key that this witness trusts for the log signed the checkpoint, or one of them signed it wrongly.");
        }

        if (log.Damage is { } damage)
        {
            return Refuse(503, $"Nothing of this log is cosigned. {damage}");
        }

        if (await log.Submit(request, ct) is not { } answer)
        {
            http.HttpContext.Response.Headers.RetryAfter = "1";
            return Refuse(503, "Too many checkpoints of this log wait already. Try again in a second.");
        }

        return answer.Verdict switch
        {
            Verdict.Cosign => TypedResults.Text(answer.Cosignature, Text),
            Verdict.OtherSizeHeld => new HeldSize(answer.HeldSize),
            Verdict.ProofBeginsTooLate => Refuse(400, "The old size is larger than the checkpoint's."),
            _ => Refuse(422, "The checkpoint is not proven to continue the one that was cosigned."),
        };
    }

    private static IResult GetCheckpoint(string originHash, WitnessedLogs logs) =>
        logs.OfHash(originHash) is { Cosigned: { } note } ? TypedResults.Text(note.ToString(), Text) : Refuse(404, "No checkpoint of such a log was cosigned here.");

    private static JsonHttpResult<HealthView> GetHealth(WitnessedLogs logs, IOptions<WitnessOptions> options)
    {
        var view = new HealthView(
            logs.All.Any(log => log.Damage is not null) ? "Unhealthy" : "Healthy",
            options.Value.Name,
            options.Value.Jurisdiction,
            [.. logs.All.Select(log => new LogView(log.Origin, log.HeldSize, log.Damage))]);
        return TypedResults.Json(view, statusCode: view.Status == "Healthy" ? 200 : 503);
    }

    // Written by hand: a text result would add a charset to the type.
    private sealed class HeldSize(long size) : IResult
    {
        public Task ExecuteAsync(HttpContext context)
        {
            context.Response.StatusCode = 409;
            context.Response.ContentType = "text/x.tlog.size";
            return context.Response.Body.WriteAsync(Encoding.ASCII.GetBytes(size.ToString(CultureInfo.InvariantCulture) + "\n"), context.RequestAborted).AsTask();
        }
    }

    private static ContentHttpResult Refuse(int status, string reason) => TypedResults.Text(reason + "\n", Text, statusCode: status);

    private sealed record HealthView(string Status, string Name, string Jurisdiction, IReadOnlyList<LogView> Logs);

    private sealed record LogView(string Origin, long Size, string? Damage);
}
