using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Polly;
using Polly.Retry;

namespace Sovereignty.AccessService.Notify;

/// <summary>How a receiver took a delivery.</summary>
/// <param name="Status">Its HTTP status; null where it gave none.</param>
/// <param name="Error">A code from a closed list; null where it was delivered.</param>
internal sealed record Outcome(int? Status, string? Error)
{
    public const string WebhookGone = "webhook-gone";

    public bool IsDelivered => Error is null;

    /// <summary>Whether the next moment may be better. A receiver that hangs is left alone for longer.</summary>
    public bool MayPass => Error is "connection-failed" or "server-error";

    public static Outcome Of(int status) => new(status, status switch
    {
        >= 200 and < 300 => null,
        410 => WebhookGone,
        >= 300 and < 400 => "redirect-refused",
        >= 500 => "server-error",
        _ => "rejected",
    });
}

/// <summary>Posts to receivers as the Standard Webhooks specification says. Follows no redirect and reads no body.</summary>
internal sealed class WebhookClient : IDisposable
{
    private const int RetriesAtOnce = 2;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(300);
    private readonly NotifyOptions _options;
    private readonly WebhookSecrets _secrets;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;
    private readonly ResiliencePipeline<Outcome> _retry;

    // Not from the factory: its logs and traces would tell addresses, which people treat as secrets.
    public WebhookClient(NotifyOptions options, WebhookSecrets secrets, TimeProvider time)
    {
        _options = options;
        _secrets = secrets;
        _time = time;
        _http = new(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ActivityHeadersPropagator = null,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            MaxResponseDrainSize = 16 * 1024,
            ConnectCallback = Connect,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _retry = new ResiliencePipelineBuilder<Outcome> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<Outcome>
            {
                ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Result is { MayPass: true }),
                MaxRetryAttempts = RetriesAtOnce,
                Delay = RetryDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
            })
            .Build();
    }

    /// <summary>The longest that <see cref="Post"/> takes.</summary>
    public TimeSpan LongestPost => (_options.Timeout * (RetriesAtOnce + 1)) + TimeSpan.FromSeconds(10);

    /// <returns>The last outcome, and how often it was tried.</returns>
    public async Task<(Outcome Outcome, int Attempts)> Post(Guid webhookId, string url, Guid deliveryId, string body, CancellationToken cancellationToken)
    {
        var attempts = 0;
        var outcome = await _retry.ExecuteAsync(
            async token =>
            {
                attempts++;
                return await PostOnce(webhookId, url, deliveryId, body, token);
            },
            cancellationToken);
        return (outcome, attempts);
    }

    public void Dispose() => _http.Dispose();

    private async Task<Outcome> PostOnce(Guid webhookId, string url, Guid deliveryId, string body, CancellationToken cancellationToken)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var id = deliveryId.ToString();
        var timestamp = _time.GetUtcNow().ToUnixTimeSeconds();
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(bytes) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.UserAgent.ParseAdd("Sovereignty-Webhooks/1");
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", WebhookSignature.Of(_secrets.Of(webhookId), id, timestamp, bytes));

        using var limit = new CancellationTokenSource(_options.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return Outcome.Of((int)response.StatusCode);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            return new(null, exception switch
            {
                OperationCanceledException => "timed-out",
                HttpRequestException { InnerException: AddressRefusedException } => "address-refused",
                HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => "tls-failed",
                HttpRequestException or IOException => "connection-failed",
                _ => "not-sent",
            });
        }
    }

    private async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellationToken);
        if (!_options.AllowPrivateNetworks)
        {
            addresses = [.. addresses.Where(PublicAddress.Is)];
            if (addresses is [])
            {
                throw new AddressRefusedException();
            }
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            // To the addresses that were judged: the name may mean another one by now.
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private sealed class AddressRefusedException() : Exception("The address is not on the public Internet.");
}
