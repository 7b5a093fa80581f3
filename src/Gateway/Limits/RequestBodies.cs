using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http.Features;
using Sovereignty.ServiceDefaults.Http;

namespace Sovereignty.Gateway.Limits;

internal static class RequestBodies
{
    internal const int Limit = 256 * 1024;

    // Between the two a body is read to its end and refused with a problem: a connection closed in the middle of
    // a body often hides the answer from the client. Beyond, Kestrel closes it.
    internal const int HardLimit = 4 * 1024 * 1024;

    private static readonly HashSet<string> MethodsWithBody = [HttpMethods.Post, HttpMethods.Put, HttpMethods.Patch, HttpMethods.Delete];

    internal static void UseRequestBodyRules(this WebApplication app) => app.Use(async (context, next) =>
    {
        if (HasBody(context.Request))
        {
            if (!await FitsLimit(context))
            {
                await Problems.Write(context, StatusCodes.Status413PayloadTooLarge, "body-too-large",
                    $"A request body may have {Limit} bytes at most.");
                return;
            }

            if (MethodsWithBody.Contains(context.Request.Method) && !IsAccepted(context.Request))
            {
                await Problems.Write(context, StatusCodes.Status415UnsupportedMediaType, "content-type-unsupported",
                    "Send the body as application/json.");
                return;
            }
        }

        await next(context);
    });

    private static bool HasBody(HttpRequest request) => request.ContentLength is > 0 || (request.ContentLength is null && IsStreamed(request));

    private static bool IsStreamed(HttpRequest request) =>
        request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody ?? false;

    private static bool IsAccepted(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || type.MediaType is not { } media)
        {
            return false;
        }

        return media.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || (media.StartsWith("application/", StringComparison.OrdinalIgnoreCase) && media.EndsWith("+json", StringComparison.OrdinalIgnoreCase))
            || (request.Path == Issuer.DevelopmentIssuer.TokenPath && media.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase));
    }

    private static async Task<bool> FitsLimit(HttpContext context)
    {
        var request = context.Request;
        if (request.ContentLength is <= Limit)
        {
            return true;
        }

        var announcedTooLarge = request.ContentLength is not null;
        try
        {
            if (!announcedTooLarge)
            {
                request.EnableBuffering(Limit, HardLimit);
            }

            var length = await Drain(request.Body, context.RequestAborted);
            if (announcedTooLarge || length > Limit)
            {
                return false;
            }

            request.Body.Position = 0;
            return true;
        }
        catch (BadHttpRequestException tooLarge) when (tooLarge.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return false;
        }
    }

    private static async Task<long> Drain(Stream body, CancellationToken cancellation)
    {
        var buffer = new byte[16 * 1024];
        long total = 0;
        int read;
        while ((read = await body.ReadAsync(buffer, cancellation)) > 0)
        {
            total += read;
        }

        return total;
    }
}
