using System.Net.Http.Headers;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using Sovereignty.AuditService.Checkpoints;
using Sovereignty.AuditService.LogTiles;
using Sovereignty.AuditService.Numbering;
using Sovereignty.AuditService.Report;
using Sovereignty.AuditService.SearchAudit;
using Sovereignty.ServiceDefaults;

namespace Sovereignty.AuditService.Tests;

/// <summary>The service's endpoints on a log, with tokens of the tests' own issuer. No broker, and nothing that publishes. Tests sign checkpoints themselves.</summary>
internal sealed class TestService : IAsyncDisposable
{
    private const string Issuer = "https://issuer.test";

    private readonly RsaSecurityKey _key = new(RSA.Create(2048));
    private readonly List<HttpClient> _clients = [];
    private readonly WebApplication _app;

    private TestService(TestLog log, Action<WebApplicationBuilder>? configure)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:database"] = log.Server.Login("audit_append", log.DatabaseName),
            ["ConnectionStrings:database-read"] = log.Server.Login("audit_read", log.DatabaseName),
            ["Authentication:Authority"] = Issuer,
            ["Audit:Origin"] = log.Options.Origin,
            ["Audit:KeyFolder"] = log.Options.KeyFolder,
            ["Audit:MasterKey"] = log.Options.MasterKey,
            ["Audit:SigningKeyFile"] = log.Options.SigningKeyFile,
            ["Audit:PolicyFile"] = log.Options.PolicyFile,
            ["Audit:CheckpointInterval"] = "00:00:00.040",
            ["Audit:WitnessTimeout"] = "00:00:01",
            ["Audit:WitnessLimit"] = "00:00:00.500",
        });
        builder.AddServiceDefaults("audit-service");
        builder.AddAuditLog();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        foreach (var type in new[] { typeof(CheckpointSigner), typeof(NumberFollower) })
        {
            builder.Services.Remove(builder.Services.Single(service => service.ServiceType == typeof(IHostedService) && service.ImplementationFactory?.Method.ReturnType == type));
        }

        builder.Services.PostConfigure<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme, options =>
        {
            options.ConfigurationManager = null;
            options.Configuration = new OpenIdConnectConfiguration { Issuer = Issuer };
            options.TokenValidationParameters.ValidIssuer = Issuer;
            options.TokenValidationParameters.IssuerSigningKey = _key;
        });
        configure?.Invoke(builder);
        _app = builder.Build();
        _app.UseServiceDefaults();
        _app.MapAudit();
        _app.MapEntryBytes();
        _app.MapAuditReport();
        _app.MapLog();
    }

    public static async Task<TestService> Start(TestLog log, Action<WebApplicationBuilder>? configure = null)
    {
        var service = new TestService(log, configure);
        await service._app.StartAsync();
        return service;
    }

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public HttpClient Client(string? role = null, string? tenant = null)
    {
        var client = new HttpClient { BaseAddress = new Uri(_app.Urls.First()) };
        _clients.Add(client);
        if (role is not null)
        {
            var claims = new Dictionary<string, object> { ["sub"] = "somebody", ["roles"] = new[] { role } };
            if (tenant is not null)
            {
                claims["tenant"] = tenant;
            }

            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
            {
                Issuer = Issuer,
                Audience = "sovereignty",
                Claims = claims,
                SigningCredentials = new(_key, SecurityAlgorithms.RsaSha256),
            }));
        }

        return client;
    }

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
