using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Sovereignty.Gateway.Tests;

/// <summary>A service on loopback that says what it received.</summary>
public sealed class EchoBackend : IAsyncDisposable
{
    private readonly WebApplication _app;

    public EchoBackend()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapGet("/regions/missing", () => Results.Problem("No region has this code.", statusCode: 404,
            extensions: new Dictionary<string, object?> { ["code"] = "region-unknown" }));
        _app.MapGet("/openapi/v1.json", () => new { openapi = "3.1.1" });
        _app.MapFallback("{**path}", async (HttpRequest request) =>
        {
            using var body = new StreamReader(request.Body);
            return Results.Json(new Echo(
                request.Method,
                request.Path + request.QueryString,
                await body.ReadToEndAsync(),
                request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString())));
        });
    }

    public string Address => _app.Urls.Single();

    public Task Start() => _app.StartAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}

public sealed record Echo(string Method, string Path, string Body, Dictionary<string, string> Headers);
