using Sovereignty.Client;
using Sovereignty.Contracts.Access;

namespace Sovereignty.Cli.Bench.Enforcement;

/// <summary>Grants as a large tenant may have them: people with some dozens each, in force for a year.</summary>
internal sealed class GrantWorld(int grants, DateTimeOffset now)
{
    public const string Tenant = "acme";
    private const int GrantsOfAPerson = 40;
    private static readonly string[] Regions = ["us-east-1", "us-west-2", "ap-south-1", "eu-west-3"];
    private static readonly string[] Purposes = ["customer-support", "fraud-investigation", "billing"];

    public GrantTable Table()
    {
        var table = new GrantTable(grants);
        for (var number = 0; number < grants; number++)
        {
            table.Apply(Grant(number));
        }

        return table;
    }

    /// <summary>Questions in random order, in texts of their own, as they come from requests; one in ten asks for what nobody was granted.</summary>
    public AccessQuestion[] Questions(int count)
    {
        var random = new Random(7);
        var questions = new AccessQuestion[count];
        for (var index = 0; index < count; index++)
        {
            var grant = Grant(random.Next(grants));
            var data = random.Next(10) == 0 ? grant.DataId + "-other" : grant.DataId;
            questions[index] = new(new(Tenant), grant.Subject, data, new(grant.Region), new(grant.Purpose), new("read"));
        }

        return questions;
    }

    private AccessGrant Grant(int number) => new()
    {
        RequestId = new(number, 0, 0, new byte[8]),
        Version = 5,
        GrantId = new(number, 1, 0, new byte[8]),
        TenantId = new(Tenant),
        Subject = $"person-{number / GrantsOfAPerson:00000000}@acme.example",
        DataId = $"customer-profile-{number:0000000000}",
        Region = Regions[number % Regions.Length],
        Purpose = Purposes[number % Purposes.Length],
        Actions = ["read", "export"],
        StartsAt = now.AddDays(-1),
        EndsAt = now.AddYears(1),
        State = GrantState.Active,
    };
}
