using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Sovereignty.AccessService.Rules;
using Sovereignty.Messaging;
using Sovereignty.ServiceDefaults.Http;
using Sovereignty.ServiceDefaults.Identity;

namespace Sovereignty.AccessService.SubmitAccess;

internal static class PurposeEndpoint
{
    public static void MapPurposes(this IEndpointRouteBuilder access) =>
        access.MapGet("/purposes", List)
            .DescribesPaging()
            .WithTags("Requests")
            .WithSummary("What access can be asked for")
            .WithDescription("The purposes that the platform knows, and those that approval rules of the tenant and of the platform name.");

    private static async Task<Ok<Page<PurposeView>>> List(PageRequest page, ClaimsPrincipal user, UnitOfWork unit, CancellationToken cancellationToken)
    {
        var rules = await RuleTable.ListInForce(unit.Connection, user.Tenant(), cancellationToken);
        var purposes = Purposes.Known(rules.Select(row => row.Rule)).Where(code => page.After is null || string.CompareOrdinal(code, page.After) > 0).Take(page.Limit + 1);
        return TypedResults.Ok(page.Page([.. purposes.Select(code => new PurposeView(code, Purposes.Shipped.Contains(code)))], purpose => purpose.Code));
    }
}

/// <param name="Shipped">Whether the platform knows it; else a rule names it.</param>
internal sealed record PurposeView(string Code, bool Shipped);
