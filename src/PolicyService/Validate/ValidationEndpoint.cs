using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Sovereignty.Contracts.Access;
using Sovereignty.Contracts.Data;
using Sovereignty.Contracts.Residency;
using Sovereignty.Evaluation.Access;
using Sovereignty.Messaging;
using Sovereignty.PolicyService.Epochs;
using Sovereignty.ServiceDefaults.Http;
using Sovereignty.ServiceDefaults.Identity;

namespace Sovereignty.PolicyService.Validate;

internal static class ValidationEndpoint
{
    public static void MapAccessValidations(this IEndpointRouteBuilder app) =>
        app.MapPost("/residency/access-validations", Validate)
            .RequireRoles(Roles.Requester, Roles.Approver, Roles.Dpo, Roles.Legal, Roles.ComplianceOfficer, Roles.PolicyAdmin)
            .WithTags("Residency")
            .WithSummary("Ask what policies and law say to an access")
            .WithDescription("Answers as a request for access would be validated now, and stores nothing.")
            .ProducesProblem(404)
            .ProducesProblem(503);

    private static async Task<Results<Ok<AccessValidated>, ProblemHttpResult>> Validate(
        AccessValidationInput asked, ClaimsPrincipal user, UnitOfWork unit, PolicySnapshots snapshots, CancellationToken cancellationToken)
    {
        if (user.Tenant() is { } tenant ? tenant != asked.TenantId : !user.IsPlatformStaff())
        {
            return Problems.NotFound("tenant", asked.TenantId);
        }

        var epoch = await snapshots.Current(unit, cancellationToken);
        if (!epoch.RegionsKnown)
        {
            return Problems.Problem(503, "regions-unknown", "The regions are not known yet. Try again in a few seconds.");
        }

        var question = asked.ToQuestion();
        var data = await AccessData.Load(unit.Connection, [question], cancellationToken);
        return TypedResults.Ok(AccessEvaluator.Validate(epoch.Policies, data.Find(question), question));
    }
}

/// <summary>An access that somebody might ask for.</summary>
internal sealed record AccessValidationInput
{
    public required string TenantId { get; init; }

    public required string DataId { get; init; }

    public required string SourceRegion { get; init; }

    public required string TargetRegion { get; init; }

    /// <summary>Country from which it is to be seen, ISO 3166-1 alpha-2.</summary>
    public required string TargetCountry { get; init; }

    /// <summary>The requester's own country, ISO 3166-1 alpha-2.</summary>
    public string? RequesterCountry { get; init; }

    public required string Purpose { get; init; }

    public required DateTimeOffset Start { get; init; }

    /// <summary>ISO 8601, for example <c>PT8H</c>.</summary>
    public required string Duration { get; init; }

    public TransferMechanism? Mechanism { get; init; }

    public ValidateAccess ToQuestion() => new()
    {
        RequestId = Guid.Empty,
        Attempt = 1,
        TenantId = TenantId,
        DataId = DataId,
        SourceRegion = SourceRegion,
        TargetRegion = TargetRegion,
        TargetCountry = TargetCountry,
        RequesterCountry = RequesterCountry,
        Purpose = Purpose,
        Start = Start,
        Duration = Duration,
        Mechanism = Mechanism,
    };
}
