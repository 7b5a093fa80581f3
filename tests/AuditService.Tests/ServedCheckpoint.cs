using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using NSec.Cryptography;
using Sovereignty.AuditService.Checkpoints;
using Sovereignty.TransparencyLog;

namespace Sovereignty.AuditService.Tests;

/// <summary>The newest checkpoint of a log, cosigned and served as a witness serves what it holds.</summary>
internal sealed class ServedCheckpoint : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ServedCheckpoint(WebApplication app, NoteVerifier verifier) => (_app, Verifier) = (app, verifier);

    public NoteVerifier Verifier { get; }

    public string Url => _app.Urls.First();

    public static async Task<ServedCheckpoint> Start(TestLog log)
    {
        using var key = Key.Create(SignatureAlgorithm.Ed25519);
        var verifier = new NoteVerifier("witness.example/customer", key.PublicKey.Export(KeyBlobFormat.RawPublicKey), NoteKeyType.Cosignature);
        var note = SignedNote.Parse(Encoding.UTF8.GetBytes(new CheckpointFile(log.Options.EffectiveCheckpointFile).Read().Last()))!;
        const ulong Time = 1_790_000_000;
        var blob = new byte[sizeof(uint) + sizeof(ulong) + 64];
        BinaryPrimitives.WriteUInt32BigEndian(blob, verifier.KeyId);
        BinaryPrimitives.WriteUInt64BigEndian(blob.AsSpan(sizeof(uint)), Time);
        SignatureAlgorithm.Ed25519.Sign(key, Encoding.UTF8.GetBytes($"cosignature/v1\ntime {Time}\n{note.Text}")).CopyTo(blob, sizeof(uint) + sizeof(ulong));
        var cosigned = $"{note}— {verifier.Name} {Convert.ToBase64String(blob)}\n";

        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapGet($"/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(log.Options.Origin)))}/checkpoint", () => Results.Text(cosigned));
        await app.StartAsync();
        return new(app, verifier);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
