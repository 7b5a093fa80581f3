using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Sovereignty.TransparencyLog;
using Sovereignty.TransparencyLog.Policy;

namespace Sovereignty.AuditService.Witnessing;

/// <summary>Speaks C2SP tlog-witness.</summary>
internal sealed class WitnessClient(TimeSpan timeout) : IDisposable
{
    private const int MostBytes = 64 * 1024;

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        Timeout = timeout,
        MaxResponseContentBufferSize = MostBytes,
    };

    /// <summary>Offers a checkpoint.</summary>
    public async Task<WitnessReply> Submit(PolicyWitness witness, long oldSize, IReadOnlyList<MerkleHash> proof, SignedNote note, CancellationToken ct)
    {
        var body = $"old {oldSize}\n{string.Concat(proof.Select(hash => hash.ToBase64() + "\n"))}\n{note}";
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.ContentType = new MediaTypeHeaderValue("text/plain");
        try
        {
            using var response = await _http.PostAsync(witness.Url!.TrimEnd('/') + "/add-checkpoint", content, ct);
            return WitnessReply.Read((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(ct), oldSize, note, witness.Key);
        }
        catch (HttpRequestException exception)
        {
            return new Failed(exception.HttpRequestError.ToString());
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new Failed("did not answer in time");
        }
    }

    /// <summary>What the witness shows as the newest checkpoint that it cosigned, signatures unverified; null where it shows none.</summary>
    public async Task<SignedNote?> Newest(PolicyWitness witness, string origin, CancellationToken ct)
    {
        try
        {
            var log = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(origin)));
            return SignedNote.Parse(await _http.GetByteArrayAsync($"{witness.Url!.TrimEnd('/')}/{log}/checkpoint", ct));
        }
        catch (Exception exception) when (exception is HttpRequestException || (exception is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return null;
        }
    }

    public void Dispose() => _http.Dispose();
}
