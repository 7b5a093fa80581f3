using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Sovereignty.TransparencyLog;
using Sovereignty.Witness;

namespace Sovereignty.AuditService.Tests;

/// <summary>The witnesses of three jurisdictions over HTTP on loopback, each with a folder and an address of its own that outlive it.</summary>
internal sealed class Witnesses : IAsyncDisposable
{
    public static readonly string[] Jurisdictions = ["operator", "customer", "regulator"];

    private readonly string _folder = Directory.CreateTempSubdirectory("sov-witnesses").FullName;
    private readonly Dictionary<string, WebApplication> _running = [];
    private readonly Dictionary<string, string> _urls = [];
    private readonly TestLog _log;

    private Witnesses(TestLog log) => _log = log;

    public static async Task<Witnesses> Start(TestLog log)
    {
        var witnesses = new Witnesses(log);
        await Task.WhenAll(Jurisdictions.Select(witnesses.Start));
        log.Options.PolicyFile = Path.Combine(witnesses._folder, "policy");
        await File.WriteAllTextAsync(log.Options.PolicyFile, string.Concat(
        [
            $"log {log.Signer.Verifier}\n",
            .. Jurisdictions.Select(name => $"witness {name}-1 {witnesses.Key(name)} {witnesses._urls[name]}\ngroup {name} any {name}-1\n"),
            $"group jurisdictions 2 {string.Join(' ', Jurisdictions)}\nquorum jurisdictions\n",
        ]));
        return witnesses;
    }

    public NoteVerifier Key(string jurisdiction)
    {
        using var signer = new CosignatureSigner($"witness.example/{jurisdiction}", PrivateKeyFile.Open(Path.Combine(_folder, jurisdiction, "key")), TimeProvider.System);
        return signer.Verifier;
    }

    public async Task Start(string jurisdiction)
    {
        var app = WitnessHost.Build([], builder =>
        {
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Witness:Name"] = $"witness.example/{jurisdiction}",
                ["Witness:Jurisdiction"] = jurisdiction,
                ["Witness:KeyFile"] = Path.Combine(_folder, jurisdiction, "key"),
                ["Witness:StateFolder"] = Path.Combine(_folder, jurisdiction),
                ["Witness:Logs:0"] = _log.Signer.Verifier.ToString(),
            });
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls(_urls.GetValueOrDefault(jurisdiction, "http://127.0.0.1:0"));
        });
        await app.StartAsync();
        lock (_running)
        {
            _running[jurisdiction] = app;
            _urls[jurisdiction] = app.Urls.First();
        }
    }

    public async Task Stop(string jurisdiction)
    {
        await _running[jurisdiction].DisposeAsync();
        _running.Remove(jurisdiction);
    }

    public string Url(string jurisdiction) => _urls[jurisdiction];

    public int Evidence(string jurisdiction, string kind = "")
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(_log.Options.Origin)));
        var folder = Path.Combine(_folder, jurisdiction, hash, "evidence", kind);
        return Directory.Exists(folder) ? Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Length : 0;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var app in _running.Values)
        {
            await app.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }
}
