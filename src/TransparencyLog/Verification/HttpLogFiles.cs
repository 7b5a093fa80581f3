using System.Net;

namespace Sovereignty.TransparencyLog.Verification;

/// <summary>A log at an address.</summary>
/// <param name="http">Signs in where entries are not for everyone.</param>
/// <param name="prefix">The address above <c>checkpoint</c>.</param>
public sealed class HttpLogFiles(HttpClient http, Uri prefix) : ILogFiles
{
    private const int LongestFile = 64 * 1024 * 1024;

    private readonly string _prefix = prefix.AbsoluteUri.TrimEnd('/');

    /// <inheritdoc/>
    public async Task<byte[]?> Read(string path, CancellationToken ct)
    {
        try
        {
            using var response = await http.GetAsync(new Uri($"{_prefix}/{path}"), HttpCompletionOption.ResponseHeadersRead, ct);
            if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone)
            {
                return null;
            }

            if (!response.IsSuccessStatusCode)
            {
                throw new IOException(response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
                    ? $"{path}: {(int)response.StatusCode}. Entries are for the platform's operators: give a token of one in SOV_TOKEN."
                    : $"{path}: {(int)response.StatusCode}.");
            }

            await response.Content.LoadIntoBufferAsync(LongestFile, ct);
            return await response.Content.ReadAsByteArrayAsync(ct);
        }
        catch (HttpRequestException exception)
        {
            throw new IOException($"{path}: {exception.Message}", exception);
        }
        catch (TaskCanceledException exception) when (!ct.IsCancellationRequested)
        {
            throw new IOException($"{path}: no answer in time.", exception);
        }
    }
}
