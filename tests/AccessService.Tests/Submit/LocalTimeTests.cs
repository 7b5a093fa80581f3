using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sovereignty.Contracts;

namespace Sovereignty.AccessService.Tests.Submit;

[Collection(nameof(RunningAccessService))]
public sealed class LocalTimeTests(RunningAccessService service)
{
    [Fact]
    public async Task A_start_in_local_time_with_its_offset_is_taken_as_that_moment()
    {
        var start = service.Time.GetUtcNow().AddHours(1);
        var body = JsonSerializer.SerializeToNode(Life.Body($"data-{Guid.NewGuid():N}"), ContractJson.Options)!.AsObject();
        body["start"] = JsonValue.Create(start.ToOffset(TimeSpan.FromHours(2)).ToString("O", System.Globalization.CultureInfo.InvariantCulture));
        var response = await service.Client(Person.Requester).PostAsync("/access/request", new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"));
        var answer = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.Created, $"{response.StatusCode} {answer}");
        var taken = JsonNode.Parse(answer)!["start"]!.GetValue<DateTimeOffset>();
        Assert.InRange(start - taken, TimeSpan.Zero, TimeSpan.FromMilliseconds(1));
    }
}
