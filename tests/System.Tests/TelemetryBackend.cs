using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Sovereignty.SystemTests;

/// <summary>An OTLP backend (HTTP, protobuf) that keeps what it is sent. An export names its service and carries raw trace ids, so bytes are enough to search.</summary>
public sealed class TelemetryBackend : IAsyncDisposable
{
    private readonly ConcurrentQueue<(string Signal, byte[] Body)> _exports = new();
    private WebApplication? _app;

    public Uri Address { get; private set; } = null!;

    public async Task Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.MapPost("/v1/{signal}", async (string signal, HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            _exports.Enqueue((signal, body.ToArray()));
            return Results.Bytes([], "application/x-protobuf");
        });
        await _app.StartAsync();
        Address = new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    /// <summary>Whether a service sent a span or a log record of this trace.</summary>
    public bool Has(string signal, string service, string traceId)
    {
        var (name, id) = (Encoding.UTF8.GetBytes(service), Convert.FromHexString(traceId));
        return _exports.Any(export => export.Signal == signal && export.Body.AsSpan().IndexOf(name) >= 0 && export.Body.AsSpan().IndexOf(id) >= 0);
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }
}
