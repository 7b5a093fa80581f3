using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Sovereignty.Messaging;
using Sovereignty.ServiceDefaults.Identity;

namespace Sovereignty.ServiceDefaults.Http;

/// <summary>
/// One transaction per request, for the caller's tenant. The answer leaves only after the commit, so that nobody is told of
/// something that did not happen; an exception rolls back.
/// </summary>
internal sealed class UnitOfWorkMiddleware(RequestDelegate next)
{
    public async Task Invoke(HttpContext context)
    {
        if (!Applies(context))
        {
            await next(context);
            return;
        }

        var reads = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
        if (!reads)
        {
            // All of the body first: a slow sender must not hold a transaction.
            context.Request.EnableBuffering();
            await context.Request.Body.DrainAsync(context.RequestAborted);
            context.Request.Body.Position = 0;
        }

        await using var unit = context.RequestServices.GetRequiredService<UnitOfWork>();
        await unit.BeginForTenant(context.User.TenantScope(), context.RequestAborted);
        if (reads)
        {
            await next(context);
            return;
        }

        var request = await IdempotentRequest.Read(context);
        if (request is not null && await request.Replay(context, unit))
        {
            return;
        }

        var response = context.Response.Body;
        using var buffer = new MemoryStream();
        context.Response.Body = buffer;
        try
        {
            await next(context);
            if (request is not null)
            {
                await request.Remember(context, unit, buffer);
            }

            await unit.Commit(context.RequestAborted);
        }
        finally
        {
            context.Response.Body = response;
        }

        buffer.Position = 0;
        await buffer.CopyToAsync(response, context.RequestAborted);
    }

    private static bool Applies(HttpContext context) =>
        context.GetEndpoint() is { } endpoint
        && context.User.Identity is { IsAuthenticated: true }
        && endpoint.Metadata.GetMetadata<WithoutUnitOfWork>() is null
        && context.RequestServices.GetService<IServiceProviderIsService>()!.IsService(typeof(UnitOfWork));
}

/// <summary>Marks an endpoint that needs no transaction.</summary>
public sealed record WithoutUnitOfWork;
