using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Sovereignty.ServiceDefaults.Http;
using Sovereignty.ServiceDefaults.Identity;

namespace Sovereignty.AuditService.SearchAudit;

/// <summary>What is asked for, checked against who asks.</summary>
internal sealed record AuditFilters
{
    public required string? Tenant { get; init; }

    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? To { get; init; }

    public string? User { get; init; }

    public string? DataId { get; init; }

    public string? Region { get; init; }

    public string? Action { get; init; }

    public string? Type { get; init; }

    /// <summary>How the reader is named to row-level security.</summary>
    public string Reader => Tenant is null ? "platform" : $"tenant:{Tenant}";

    /// <param name="query">The filters, and what else the endpoint takes.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="others">What else the endpoint takes.</param>
    public static (AuditFilters? Filters, ProblemHttpResult? Problem) Read(IQueryCollection query, ClaimsPrincipal user, params ReadOnlySpan<string> others)
    {
        // Entries of a tenant are for its own compliance officers; those of no tenant are for the platform's operators.
        var tenant = user.IsInRole(Roles.ComplianceOfficer) ? user.Tenant() : null;
        if (tenant is null && !(user.IsInRole(Roles.Operator) && user.Tenant() is null))
        {
            return Refuse(403, "tenant-missing", "Your token names no tenant. Entries are shown to compliance officers of a tenant, and to operators of the platform.");
        }

        var asked = Value(query, "tenant");
        if (asked is not null && asked != tenant)
        {
            return Refuse(403, "tenant-forbidden", tenant is null
                ? "Entries of tenants are shown to their own compliance officers only. Leave the tenant out to see those of the platform."
                : "Entries of other tenants are not shown. Leave the tenant out, or name your own.");
        }

        foreach (var name in query.Keys)
        {
            if (name is not ("from" or "to" or "user" or "dataId" or "tenant" or "region" or "action" or "type") && !others.Contains(name))
            {
                return Refuse(400, "filter-unknown", $"There is no filter '{name}'. There are from, to, user, dataId, tenant, region, action and type; and {string.Join(", ", others)}.");
            }

            // Users and data are found by a hash, in which any character may be.
            if (name is not ("user" or "dataId") && query[name].ToString().Contains('\0'))
            {
                return Refuse(400, "filter-invalid", $"The filter '{name}' has a null character in it, which nothing that is logged is found by.");
            }

            if (query[name].Count > 1)
            {
                return Refuse(400, "filter-repeated", $"The filter '{name}' stands more than once. Give each once.");
            }
        }

        if (Value(query, "type") is { } type && !EventTypes.IsKnown(type))
        {
            return Refuse(400, "type-unknown", $"There is no event type '{type}'. Types are named as in DataCreated; Fault, ReceiveFault, malformed and damaged are types too.");
        }

        foreach (var name in new[] { "from", "to" })
        {
            if (Value(query, name) is { } text && Time(text) is null)
            {
                return Refuse(400, "time-invalid", $"'{name}' is not a time as in 2026-01-31T12:00:00Z.");
            }
        }

        var filters = new AuditFilters
        {
            Tenant = tenant,
            From = Time(Value(query, "from")),
            To = Time(Value(query, "to")),
            User = Value(query, "user"),
            DataId = Value(query, "dataId"),
            Region = Value(query, "region"),
            Action = Value(query, "action"),
            Type = Value(query, "type"),
        };
        return filters.From > filters.To
            ? Refuse(400, "time-range-invalid", "'from' is after 'to'.")
            : (filters, null);
    }

    private static (AuditFilters?, ProblemHttpResult?) Refuse(int status, string code, string detail) => (null, Problems.Problem(status, code, detail));

    private static string? Value(IQueryCollection query, string name) => query[name].ToString() is { Length: > 0 } value ? value : null;

    private static DateTimeOffset? Time(string? text) =>
        text is not null && text.Contains('T') && (text.EndsWith('Z') || text.LastIndexOfAny(['+', '-']) > text.IndexOf('T'))
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : null;
}
