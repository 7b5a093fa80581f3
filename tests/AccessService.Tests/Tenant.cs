namespace Sovereignty.AccessService.Tests;

/// <summary>A tenant of one test's own, with a directory of its own.</summary>
internal sealed class Tenant
{
    public Tenant() => Name = $"tenant-{Guid.NewGuid():N}"[..20];

    public string Name { get; }

    public Person Officer => new("officer", Name, "DE", "compliance-officer");

    public Person Requester => new("asker", Name, "US", "requester");

    public Person Approver => new("ada", Name, "DE", "approver");

    public Person Approver2 => new("bob", Name, "DE", "approver");

    public Person ApproverFr => new("cem", Name, "FR", "approver");

    public Person Legal => new("lea", Name, "DE", "legal");

    public Person Dpo => new("dan", Name, "DE", "dpo");

    /// <summary>Two approvers in DE and one in FR, legal and data protection in DE, a requester in US.</summary>
    public async Task Directory(RunningAccessService service)
    {
        foreach (var person in new[] { Requester, Approver, Approver2, ApproverFr, Legal, Dpo })
        {
            await service.Stands(person);
        }
    }
}
