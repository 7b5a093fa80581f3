using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Sovereignty.Cli.Tests;

/// <summary>
/// A gateway as the command line sees it: https on loopback, a state folder, answers in the form of the API. The command runs
/// against it as a process of its own.
/// </summary>
public abstract class GatewayDouble : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cli-tests");
    private WebApplication? _app;

    protected string Folder => _folder.FullName;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        var certificate = Certificate();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        _app = builder.Build();
        _app.MapPost("/connect/token", (HttpRequest request) => new { access_token = request.Form["username"].ToString() });
        Map(_app);
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
            RedirectStandardInput = true,
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

    protected abstract void Map(WebApplication app);

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
