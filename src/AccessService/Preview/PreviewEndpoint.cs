using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Sovereignty.AccessService.Requests;
using Sovereignty.AccessService.SubmitAccess;
using Sovereignty.Messaging;
using Sovereignty.ServiceDefaults.Http;
using Sovereignty.ServiceDefaults.Identity;

namespace Sovereignty.AccessService.Preview;

internal static class PreviewEndpoint
{
    private const int MostQuestions = 3;

    public static void MapPreview(this IEndpointRouteBuilder access) =>
        access.MapPost("/preview", Preview)
            .RequireRoles(Roles.Requester)
            .WithMetadata(new WithoutUnitOfWork())
            .WithTags("Requests")
            .WithSummary("See what would become of a request")
            .WithDescription("The body is that of POST /access/request. Tells who would have to approve, under which rule, what is in the way and the longest duration, as things stand now. Nothing is stored, and nobody is told.")
            .ProducesProblem(403)
            .ProducesProblem(422)
            .ProducesProblem(503);

    private static async Task<Results<Ok<PreviewView>, ProblemHttpResult>> Preview(
        SubmitRequest body,
        ClaimsPrincipal user,
        UnitOfWork unit,
        IApprovalSource approvals,
        PolicyAnswers policies,
        TimeProvider time,
        HttpRequest http,
        CancellationToken cancellationToken)
    {
        var now = time.Now();
        await unit.BeginForTenant(user.TenantScope(), cancellationToken);
        var (request, problem) = await Submission.Read(body, extends: null, user, unit, now, cancellationToken);

        // No transaction waits for another service.
        await unit.DisposeAsync();
        if (request is null)
        {
            return problem!;
        }

        for (var asked = 0; asked < MostQuestions; asked++)
        {
            if (await policies.Ask(Questions.Of(request, now), http.Headers.Authorization.ToString(), cancellationToken) is not { } answer)
            {
                break;
            }

            await unit.BeginForTenant(user.TenantScope(), cancellationToken);
            var data = await approvals.Load(unit, request.TenantId, request.Requester.Subject, now, cancellationToken);
            await unit.DisposeAsync();
            if (answer.Epoch >= data.NewestEpoch)
            {
                Assessment.Take(request, answer, data, now);
                return TypedResults.Ok(PreviewView.Of(request, answer, data, now));
            }
        }

        return Problems.Problem(503, "policy-unavailable", "What policies and law say cannot be found out right now. Try again in a few seconds; a request can be sent all the same.");
    }
}
