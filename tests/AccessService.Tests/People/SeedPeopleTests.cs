using System.Text.Json;
using Sovereignty.Testing;

namespace Sovereignty.AccessService.Tests.People;

[Collection(nameof(RunningAccessService))]
public sealed class SeedPeopleTests(RunningAccessService service)
{
    [Fact]
    public async Task Whoever_is_not_in_the_directory_yet_is_recorded_at_start_and_nobody_twice()
    {
        var tenant = new Tenant();
        var file = Path.GetTempFileName();
        try
        {
            await service.Stands(tenant.Approver, active: false);
            await File.WriteAllTextAsync(file, JsonSerializer.Serialize(new object[]
            {
                new { subject = "ada", name = "Ada", tenant = tenant.Name, roles = new[] { "approver" }, country = "DE" },
                new { subject = "lea", name = "Lea", tenant = tenant.Name, roles = new[] { "legal" }, country = "DE" },
                new { subject = "robot", name = "Robot", tenant = tenant.Name, roles = new[] { "service" } },
                new { subject = "root", name = "Of the platform", roles = new[] { "policy-admin" } },
            }));
            var settings = new Dictionary<string, string?> { ["People:Seed"] = file };
            await service.Restart(settings: settings);
            await service.Restart(settings: settings);

            var people = (await service.Send(tenant.Officer, HttpMethod.Get, "/access/people", null, 200)).Body.GetProperty("items").EnumerateArray()
                .Select(person => (person.GetProperty("subject").GetString(), person.GetProperty("version").GetInt32(), person.GetProperty("now").GetProperty("active").GetBoolean()));
            Assert.Equal([("ada", 1, false), ("lea", 1, true), ("robot", 1, true)], people);
            var lea = (await service.Send(tenant.Legal, HttpMethod.Get, "/access/people/lea", null, 200)).Body.GetProperty("now");
            Assert.Equal(("legal", "DE", "access-service"), (lea.GetProperty("roles")[0].GetString(), lea.GetProperty("jurisdictions")[0].GetString(), lea.GetProperty("recordedBy").GetString()));
            await Eventually.True(() => Told(tenant).Length == 2, "they are told");
            Assert.Equal(["lea", "robot"], Told(tenant));
        }
        finally
        {
            await service.Restart();
            File.Delete(file);
        }
    }

    private string[] Told(Tenant tenant) =>
    [
        .. service.Heard.DistinctBy(heard => heard.MessageId)
            .Where(heard => heard.Type == "PersonStandingChanged" && heard.Body.GetProperty("tenantId").GetString() == tenant.Name)
            .Select(heard => heard.Body.GetProperty("subject").GetString()!)
            .Order(),
    ];
}
