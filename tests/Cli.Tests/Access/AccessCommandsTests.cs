using System.Text.Json;

namespace Sovereignty.Cli.Tests.Access;

public sealed class AccessCommandsTests(AccessPlatform platform) : IClassFixture<AccessPlatform>
{
    private const int Refused = 1;
    private const int Usage = 64;
    private const int Unavailable = 69;

    [Fact]
    public async Task The_inbox_shows_all_pages_and_what_to_do_next()
    {
        var (code, output, _) = await platform.Run("inbox");

        Assert.Equal(0, code);
        Assert.Contains("018f3c00-000", output);
        Assert.Contains("018f3c00-00f", output);
        Assert.Contains("eu-central-1 -> us-east-1/US", output);
        Assert.Contains("Ticket [2J 4711 [red]", output);
        Assert.DoesNotContain('\u001b', output);
        Assert.Contains("./sov approve 018f3c00-000\n", output);
    }

    [Fact]
    public async Task An_empty_inbox_says_so()
    {
        var (code, output, _) = await platform.Run("inbox", "--as", "dpo-de");

        Assert.Equal((0, "Nothing waits for dpo-de.\n"), (code, output));
    }

    [Fact]
    public async Task For_machines_the_inbox_is_json()
    {
        var (code, output, _) = await platform.Run("inbox", "--json");

        Assert.Equal(0, code);
        var items = JsonSerializer.Deserialize<JsonElement>(output).GetProperty("items").EnumerateArray();
        Assert.Equal([AccessPlatform.First, AccessPlatform.Second], items.Select(item => item.GetProperty("requestId").GetString()));
    }

    [Fact]
    public async Task A_beginning_of_the_id_is_enough_to_approve()
    {
        var (code, output, error) = await platform.Run("approve", "018f3c00-000", "--reason", "seems right", "--duration", "PT1H");

        Assert.True(code == 0, error);
        Assert.Contains($"{AccessPlatform.First} is approved", output);
        Assert.Contains("Approver DE (approver-de) at 2026-11-23 08:00:00 UTC: seems right", output);
        Assert.Contains("until 2026-11-23 09:00:00 UTC", output);
    }

    [Theory]
    [InlineData("018f", AccessPlatform.Second)]
    [InlineData("ffff", "Nothing in the inbox of approver-de begins with ffff")]
    [InlineData(AccessPlatform.Second, "Somebody was faster. The request is denied now. (already-decided)")]
    [InlineData("ffffffff-0000-7000-8000-000000000001", "There is no such request. (not-found)")]
    public async Task What_is_refused_says_why(string request, string why)
    {
        var (code, _, error) = await platform.Run("approve", request);

        Assert.Equal(Refused, code);
        Assert.Contains(why, error);
    }

    [Fact]
    public async Task A_service_that_is_down_is_not_a_refusal()
    {
        var (code, _, error) = await platform.Run("reject", AccessPlatform.First, "--reason", "no");

        Assert.Equal(Unavailable, code);
        Assert.Contains("service-unavailable", error);
    }

    [Theory]
    [InlineData("approve")]
    [InlineData("approve", "xyz1")]
    [InlineData("approve", "018f", "--duration", "1h")]
    [InlineData("approve", "018f", "--reason", " ")]
    [InlineData("reject", "018f")]
    [InlineData("reject", "018f", "--reason", "no", "--duration", "PT1H")]
    [InlineData("inbox", "--nonsense")]
    public async Task Wrong_usage_is_told_apart(params string[] arguments)
    {
        var (code, _, error) = await platform.Run(arguments);

        Assert.Equal(Usage, code);
        Assert.NotEmpty(error);
    }

    [Theory]
    [InlineData("inbox")]
    [InlineData("approve", "018f")]
    [InlineData("reject", "018f", "--reason", "no")]
    public async Task Where_nothing_was_started_it_says_how_to(params string[] arguments)
    {
        var (code, _, error) = await GatewayDouble.Run(Path.Combine(Path.GetTempPath(), "no-such-state"), arguments);

        Assert.Equal(Unavailable, code);
        Assert.Contains("./sov up", error);
    }
}
