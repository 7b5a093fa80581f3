namespace Sovereignty.Cli.Demo;

/// <summary>Those who play the part about access, all of one tenant.</summary>
internal sealed class Cast : IDisposable
{
    public required Person Requester { get; init; }
    public required Person ApproverDe { get; init; }
    public required Person ApproverFr { get; init; }
    public required Person Dpo { get; init; }
    public required Person Legal { get; init; }
    public required Person Service { get; init; }
    public required Person Officer { get; init; }

    public static async Task<Cast> SignIn(Platform platform) => new()
    {
        Requester = await Person.SignIn(platform, "requester"),
        ApproverDe = await Person.SignIn(platform, "approver-de"),
        ApproverFr = await Person.SignIn(platform, "approver-fr"),
        Dpo = await Person.SignIn(platform, "dpo-de"),
        Legal = await Person.SignIn(platform, "legal-de"),
        Service = await Person.SignIn(platform, "platform-service"),
        Officer = await Person.SignIn(platform, "compliance-officer"),
    };

    public void Dispose()
    {
        foreach (var person in new[] { Requester, ApproverDe, ApproverFr, Dpo, Legal, Service, Officer })
        {
            person.Dispose();
        }
    }
}
