using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sovereignty.TransparencyLog;

namespace Sovereignty.Witness.Tests;

/// <summary>A witness over HTTP on loopback, with a state folder that outlives it.</summary>
internal sealed class RunningWitness : IAsyncDisposable
{
    public const string Origin = "log.example/audit";

    public static readonly NoteSigner Log = new(Origin, SHA256.HashData("log"u8));
    public static readonly NoteSigner OtherLog = new("log.example/other", SHA256.HashData("other log"u8));
    public static readonly TestTree Tree = new("true", 1200);
    public static readonly TestTree Fork = new("forged", 1200);

    private readonly WebApplication _app;

    private RunningWitness(WebApplication app)
    {
        _app = app;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    public HttpClient Client { get; }

    public static string LogHash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Origin)));

    public static string NewFolder() => Directory.CreateTempSubdirectory("sov-witness").FullName;

    public static string StateFile(string folder) => Path.Combine(folder, "state", LogHash, "checkpoint");

    public static Dictionary<string, string?> Settings(string folder) => new()
    {
        ["Witness:Name"] = "witness.example/w1",
        ["Witness:Jurisdiction"] = "regulator",
        ["Witness:KeyFile"] = Path.Combine(folder, "key"),
        ["Witness:StateFolder"] = Path.Combine(folder, "state"),
        ["Witness:MostEvidence"] = "3",
        ["Witness:Logs:0"] = Log.Verifier.ToString(),
        ["Witness:Logs:1"] = OtherLog.Verifier.ToString(),
    };

    public static async Task<RunningWitness> Start(string folder, TimeProvider? time = null)
    {
        var app = WitnessHost.Build([], builder =>
        {
            builder.Configuration.AddInMemoryCollection(Settings(folder));
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Services.AddSingleton(time ?? TimeProvider.System);
        });
        await app.StartAsync();
        return new RunningWitness(app);
    }

    public static string Checkpoint(TestTree tree, int size, NoteSigner? signer = null) =>
        SignedNote.Sign(new Checkpoint((signer ?? Log).Verifier.Name, size, tree.Root(size)).ToText(), signer ?? Log).ToString();

    public static string Body(int old, IReadOnlyList<MerkleHash> proof, string checkpoint) =>
        $"old {old}\n{string.Concat(proof.Select(hash => hash.ToBase64() + "\n"))}\n{checkpoint}";

    public static string Body(int old, int size) => Body(old, Tree.Proof(old, size), Checkpoint(Tree, size));

    public async Task<(HttpStatusCode Status, string Text)> Add(string body)
    {
        using var response = await Client.PostAsync("/add-checkpoint", new ByteArrayContent(Encoding.UTF8.GetBytes(body)));
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public async Task<NoteVerifier> Key() => NoteVerifier.Parse((await Client.GetStringAsync("/key")).TrimEnd('\n'))!;

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}
