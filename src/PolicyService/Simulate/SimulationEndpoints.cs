using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Sovereignty.Evaluation;
using Sovereignty.Evaluation.Publishing;
using Sovereignty.Evaluation.Simulation;
using Sovereignty.Messaging;
using Sovereignty.PolicyService.Corpus;
using Sovereignty.PolicyService.Epochs;
using Sovereignty.ServiceDefaults.Http;
using Sovereignty.ServiceDefaults.Identity;

namespace Sovereignty.PolicyService.Simulate;

internal static class SimulationEndpoints
{
    private const int Samples = 5;

    public static void MapSimulations(this IEndpointRouteBuilder app)
    {
        var simulations = app.MapGroup("/residency/simulations").WithTags("Residency simulations")
            .RequireRoles(Roles.PolicyAdmin, Roles.Operator, Roles.ComplianceOfficer, Roles.Dpo);
        simulations.MapPost("", Simulate)
            .WithSummary("Ask what a change would mean for what is stored")
            .WithDescription("Supposes policies, facts, regions, a ready scenario or another moment on top of what is in force, and changes nothing. Tells how much stored data would become non-compliant, compliant, or have no region to fail over to, and the cells where it lies: at most limit of them (50 where none is given, at most 500), those with most data first. A tenant's people ask about their own data.")
            .ProducesProblem(403)
            .ProducesProblem(422)
            .ProducesProblem(503);
        simulations.MapGet("/scenarios", () => TypedResults.Ok(Scenarios.All))
            .WithSummary("List the ready scenarios")
            .WithDescription("Their names, for the scenario of a simulation.");
    }

    private static async Task<Results<Ok<SimulationView>, ProblemHttpResult>> Simulate(
        SimulationRequest request, int? limit, ClaimsPrincipal user, UnitOfWork unit, PolicySnapshots snapshots, TimeProvider time, CancellationToken cancellationToken)
    {
        if (limit is < 1 or > PageRequest.MaxLimit)
        {
            throw new BadHttpRequestException($"The limit must be a number from 1 to {PageRequest.MaxLimit}.");
        }

        var epoch = await snapshots.Current(unit, cancellationToken);
        if (!epoch.RegionsKnown)
        {
            return Problems.Problem(503, "regions-unknown", "The regions are not known yet. Try again in a few seconds.");
        }

        var current = epoch.Policies;
        var (overlay, fault) = request.Read(current);
        if (overlay is null)
        {
            return Refuse(fault!);
        }

        if (RefuseTenant(user, overlay, current) is { } refusal)
        {
            return refusal;
        }

        var at = (request.At ?? time.GetUtcNow()).ToUniversalTime();
        var (supposed, overlayFault) = Overlays.Apply(current, overlay, at);
        if (supposed is null)
        {
            return Refuse(overlayFault!);
        }

        var difference = WhatIf.Compare(current, supposed, await CorpusTable.Count(unit.Connection, cancellationToken));
        var shown = difference.Changed.Take(limit ?? PageRequest.DefaultLimit).ToArray();
        var samples = await CorpusTable.Samples(unit.Connection, [.. shown.Select(changed => changed.Cell.Id)], Samples, cancellationToken);
        return TypedResults.Ok(new SimulationView(
            current.Epoch,
            at,
            difference.Totals,
            [
                .. shown.Select(changed => new ChangedCellView(
                    CellView.Of(changed.Cell.Placement), changed.Cell.Placements, OutcomeView.Of(changed.Before()), OutcomeView.Of(changed.After()), [.. samples[changed.Cell.Id]])),
            ],
            difference.Changed.Count - shown.Length));
    }

    // A tenant may suppose what it likes about laws and regions for its own data, and about policies its own.
    private static ProblemHttpResult? RefuseTenant(ClaimsPrincipal user, Overlay overlay, PolicySnapshot current)
    {
        if (user.IsPlatformStaff())
        {
            return null;
        }

        if (user.Tenant() is not { } tenant)
        {
            return Problems.Problem(403, "tenant-missing", "Your token names no tenant. Use a token of the tenant whose data it is.");
        }

        if (overlay.Publish.Select(policy => policy?.TenantId).FirstOrDefault(owner => owner is not null && owner != tenant) is { } foreign)
        {
            return Problems.NotFound("tenant", foreign);
        }

        // A policy of another tenant is as unknown as one that is not there.
        var retired = overlay.Retire.Select(id => (Id: id, Policy: current.Policies.FirstOrDefault(policy => policy.Policy.Id == id)?.Policy)).ToArray();
        if (retired.FirstOrDefault(one => one.Policy?.TenantId is { } owner && owner != tenant).Policy is { } hidden)
        {
            return Refuse(Overlays.UnknownPolicy(overlay.Retire, hidden.Id));
        }

        return overlay.Publish.Any(policy => policy is { TenantId: null }) || retired.Any(one => one.Policy is { TenantId: null })
            ? Problems.Problem(403, "role-missing", "The platform's policies are the policy administrator's. Suppose policies of your own tenant, with its tenantId.")
            : null;
    }

    private static ProblemHttpResult Refuse(PolicyFault fault) =>
        Problems.Problem(422, fault.Code, fault.Message, new Dictionary<string, object?> { ["field"] = fault.Field });
}
