using Sovereignty.Contracts.Access;

namespace Sovereignty.Client.Tests;

/// <summary>Grants around one fixed moment.</summary>
internal static class Given
{
    public static readonly DateTimeOffset Now = new(2026, 1, 15, 12, 0, 0, TimeSpan.Zero);

    public static readonly AccessQuestion Question = new("acme", "requester", "data-1", "us-east-1", "customer-support", "read");

    public static AccessGrant Grant(GrantState state = GrantState.Active, double from = -1, double until = 7, bool budget = false, int request = 1, int version = 1, string dataId = "data-1") => new()
    {
        RequestId = Id(request),
        Version = version,
        GrantId = Id(1_000_000 + request),
        TenantId = "acme",
        Subject = "requester",
        DataId = dataId,
        Region = "us-east-1",
        Purpose = "customer-support",
        Actions = ["read", "export"],
        StartsAt = Now.AddHours(from),
        EndsAt = Now.AddHours(until),
        State = state,
        HasBudget = budget,
    };

    public static Guid Id(int number) => new(number, 0, 0, new byte[8]);
}
