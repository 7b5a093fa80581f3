using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Sovereignty.Cli.Tests.Access;

/// <summary>
/// What the command line sees of a platform with two requests that wait: https on loopback, a state folder, answers in the
/// form of the API. The command runs against it as a process of its own.
/// </summary>
public sealed class AccessPlatform : IAsyncLifetime
{
    public const string First = "018f3c00-0000-7000-8000-000000000001";
    public const string Second = "018f3c00-00ff-7000-8000-000000000002";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cli-tests");
    private WebApplication? _app;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        var certificate = Certificate();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        _app = builder.Build();
        _app.MapPost("/connect/token", (HttpRequest request) => new { access_token = request.Form["username"].ToString() });
        _app.MapGet("/access/inbox", (HttpRequest request, string? cursor) => Person(request) != "approver-de"
            ? new { items = Array.Empty<object>(), nextCursor = (string?)null }
            : cursor is null
                ? new { items = new[] { Request(First, "awaiting-approval") }, nextCursor = (string?)"a b" }
                : new { items = cursor == "a b" ? new[] { Request(Second, "awaiting-approval") } : [], nextCursor = (string?)null });
        _app.MapGet("/access/requests/{id}", (string id) => id is First or Second
            ? Results.Json(Request(id, "awaiting-approval"))
            : Problem(404, "not-found", "There is no such request.", null));
        _app.MapPost("/access/approve", (JsonElement body) => body.GetProperty("requestId").GetString() == First
            ? Results.Json(Request(First, "approved", body.GetProperty("reason").GetString(), body.TryGetProperty("duration", out var duration) ? duration.GetString() : null))
            : Problem(409, "already-decided", "Somebody was faster.", "denied"));
        _app.MapPost("/access/reject", () => Problem(503, "service-unavailable", "access-service cannot be reached now.", null));
        await _app.StartAsync();

        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "ca.pem"), certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "connections.json"), JsonSerializer.Serialize(new
        {
            gateway = _app.Urls.Single().Replace("127.0.0.1", "localhost", StringComparison.Ordinal),
            authority = Path.Combine(_folder.FullName, "ca.pem"),
            issuerPassword = "any",
            amqp = new Dictionary<string, string>(),
            dsn = new Dictionary<string, string>(),
        }));
    }

    public async Task DisposeAsync()
    {
        await _app!.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    public Task<Ran> Run(params string[] arguments) => Run(_folder.FullName, arguments);

    public static async Task<Ran> Run(string stateFolder, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "sov.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["SOV_STATE"] = stateFolder },
        })!;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            var (output, error) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
            await process.WaitForExitAsync(limit.Token);
            return new(process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
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

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}

public sealed record Ran(int ExitCode, string Output, string Error);
