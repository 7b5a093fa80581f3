using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Sovereignty.Contracts.Access;
using Sovereignty.ServiceDefaults.Http;
using Sovereignty.ServiceDefaults.Identity;

namespace Sovereignty.Gateway.Proofs;

internal static class ProofEndpoints
{
    internal static void AddDecisionProofs(this WebApplicationBuilder builder)
    {
        var options = ProofOptions.From(builder.Configuration);
        if (!options.IsOn)
        {
            return;
        }

        options.Check();
        var key = ProofKey.LoadOrCreate(options.KeyFolder!);
        builder.Services.AddSingleton(services => new DecisionProofs(options.Url!, key, services.GetRequiredService<TimeProvider>()));
    }

    internal static void MapDecisionProofs(this WebApplication app)
    {
        var proofs = app.MapGroup("/access/decision-proof").WithTags("Decision proofs").ProducesProblem(501);
        proofs.MapPost("", Sign).RequireRoles(Roles.Approver, Roles.Dpo, Roles.Legal).ProducesProblem(400).ProducesProblem(422)
            .WithSummary("Get a decision proof")
            .WithDescription("A signed proof of the caller's decision on one request, for one ApproveAccess or RejectAccess on the broker within five minutes.");
        proofs.MapGet("/keys", Keys).AllowAnonymous()
            .WithSummary("Read the public keys of the proofs")
            .WithDescription("A JWK set (RFC 7517).");
    }

    private static Results<Ok<DecisionProof>, ProblemHttpResult> Sign(
        DecisionProofRequest body, ClaimsPrincipal user, HttpResponse response, IServiceProvider services)
    {
        if (services.GetService<DecisionProofs>() is not { } proofs)
        {
            return NotSupported();
        }

        if (body.RequestId == Guid.Empty)
        {
            return Problems.Problem(422, AccessCodes.InputInvalid, "requestId is all zeros. Send the id of the request to decide on.");
        }

        if (body.Duration is { Length: > 30 })
        {
            return Problems.Problem(422, AccessCodes.InputInvalid, "duration is not valid. Send an ISO 8601 duration, for example PT1H, or leave it out.");
        }

        // A proof for nobody, or for every tenant, would be worth too much.
        if (string.IsNullOrEmpty(user.FindFirstValue("sub")) || user.TenantScope() is "" or Caller.AllTenants)
        {
            return Problems.Problem(403, "tenant-missing", "Your token names no person of a tenant, and only these approve. Get one that does.");
        }

        response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(proofs.Sign(user, body));
    }

    private static Results<Ok<ProofKeySet>, ProblemHttpResult> Keys(HttpResponse response, IServiceProvider services)
    {
        if (services.GetService<DecisionProofs>() is not { } proofs)
        {
            return NotSupported();
        }

        response.Headers.CacheControl = "public, max-age=300";
        return TypedResults.Ok(proofs.Keys);
    }

    private static ProblemHttpResult NotSupported() => Problems.Problem(501, "not-supported",
        "This gateway signs no decision proofs: Proofs__KeyFolder is not set. Decide by POST /access/approve or /access/reject.");
}
