using System.Globalization;
using System.Threading.RateLimiting;
using Sovereignty.ServiceDefaults.Http;

namespace Sovereignty.Gateway.Limits;

internal static class RateLimits
{
    internal static void AddRateLimits(this WebApplicationBuilder builder)
    {
        var options = builder.Configuration.GetSection("RateLimit").Get<RateLimitOptions>() ?? new RateLimitOptions();

        builder.Services.AddRateLimiter(limiter =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context => IsProbe(context)
                ? RateLimitPartition.GetNoLimiter("probe")
                : RateLimitPartition.GetTokenBucketLimiter(Caller(context), _ => options.ToBucket()));
            limiter.OnRejected = async (rejected, _) =>
            {
                var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(1);
                var seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
                rejected.HttpContext.Response.Headers.RetryAfter = seconds;
                await Problems.Write(rejected.HttpContext, StatusCodes.Status429TooManyRequests, "rate-limited",
                    $"Too many requests by this caller. Try again in {seconds} s.");
            };
        });
    }

    private static bool IsProbe(HttpContext context) => context.Request.Path == "/health" || context.Request.Path == "/alive";

    private static string Caller(HttpContext context) => context.User.FindFirst("sub") is { } subject
        ? $"{subject.Issuer} {subject.Value}"
        : $"address {context.Connection.RemoteIpAddress}";
}
