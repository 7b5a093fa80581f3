using System.Text.Json;
using Sovereignty.Testing;

namespace Sovereignty.Cli.Tests.Policy;

public sealed class PolicyCommandsTests(PolicyPlatform platform) : IClassFixture<PolicyPlatform>
{
    private const int Refused = 1;
    private const int Usage = 64;
    private const int Unavailable = 69;
    private static readonly string Gdpr = Path.Combine(Repository.Folder, "packs", "gdpr.json");

    [Fact]
    public async Task A_clean_file_is_checked_without_a_platform()
    {
        var (code, output, error) = await GatewayDouble.Run("/no-such-state", "policy", "check", Gdpr);

        Assert.True(code == 0, error);
        Assert.Matches("\n1 file: 0 errors, 0 warnings, [1-9] notes\n$", output);
        Assert.DoesNotContain('\u001b', output);
    }

    [Fact]
    public async Task A_fault_stands_at_its_line_and_column()
    {
        var file = platform.Write("faulty.json", "{\n  \"policies\": [\n    { \"mode\": \"regionl\", \"parameters\": {}, \"validFrom\": \"2026-01-01T00:00:00Z\" }\n  ]\n}");
        var (code, output, _) = await platform.Run("policy", "check", file);

        Assert.Equal(Refused, code);
        Assert.Contains($"{file}:3:7: error: mode is none of single-country, regional, hybrid, fully-sovereign, client-owned.\n", output);
    }

    [Fact]
    public async Task Against_the_files_in_force_it_says_what_is_newly_permitted()
    {
        var next = platform.Write("next.json", """{"policies":[{"mode":"regional","parameters":{"group":"EU_EFTA"},"validFrom":"2020-01-01T00:00:00Z"}]}""");
        var (code, output, _) = await platform.Run("policy", "check", next, "--against", Gdpr, "--json");
        var findings = JsonSerializer.Deserialize<JsonElement>(output).GetProperty("findings").EnumerateArray().Where(finding => finding.GetProperty("kind").GetString() == "newly-permitted").ToArray();

        Assert.Equal(0, code);
        Assert.All(findings, finding => Assert.Equal(["eu-central-2"], finding.GetProperty("regions").EnumerateArray().Select(region => region.GetString())));
        Assert.NotEmpty(findings);
    }

    [Fact]
    public async Task The_packs_pass_their_golden_cases()
    {
        var (code, output, _) = await platform.Run("policy", "test", Gdpr, Path.Combine(Repository.Folder, "packs", "us-bulk.tests.json"));

        Assert.Equal(0, code);
        Assert.Matches("^[1-9][0-9]+ passed, 0 failed\n$", output);
    }

    [Fact]
    public async Task A_case_that_fails_shows_what_was_expected_and_why_it_came_out_otherwise()
    {
        var file = platform.Write("own.json", File.ReadAllText(Gdpr));
        platform.Write("own.tests.json", """
            {"at":"2026-11-23T00:00:00Z","cases":[{"name":"London is fine","cites":"hope","placement":{"tenantId":"acme","dataId":"d","dataType":"profile","classification":"content","originCountry":"DE","primaryRegion":"eu-west-2"},"expect":{"outcome":"allow","code":"compliant"}}]}
            """);
        var (code, output, _) = await platform.Run("policy", "test", file);

        Assert.Equal(Refused, code);
        Assert.Contains("expected allow\n    got      not-permitted\n", output);
        Assert.Contains("The primary in eu-west-2 in GB", output);
        Assert.EndsWith("0 passed, 1 failed\n", output);
    }

    [Fact]
    public async Task Cases_that_are_missing_or_wrong_are_no_success()
    {
        var lonely = platform.Write("lonely.json", "{}");
        var (code, output, _) = await platform.Run("policy", "test", lonely);
        Assert.Equal(Refused, code);
        Assert.Contains("lonely.tests.json:1:1: error: There is no such file.", output);

        platform.Write("lonely.tests.json", """{"cases":[]}""");
        (code, output, _) = await platform.Run("policy", "test", lonely);
        Assert.Equal(Refused, code);
        Assert.Contains("cases is empty; write at least one case.", output);
    }

    [Fact]
    public async Task Apply_does_what_diff_shows_and_once()
    {
        var file = platform.Write("team.json", """
            {
              "policies": [{"tenantId":"acme","dataType":"invoice","mode":"single-country","parameters":{"country":"DE"},"validFrom":"2026-01-01T00:00:00Z"}],
              "facts": [{"id":"platform-not-hk","kind":"platform-rule","instrument":"Platform rule","destinations":["HK"],"effect":"not-in-destinations"}],
              "rules": [{"level":"content","obligations":{"encryption":"required","auditLog":"optional","retention":{},"personalData":"standard","crossBorder":"allowed"},"tenantRetention":{},"longestAccess":"P365D"}]
            }
            """);
        var already = platform.Changes.Count;
        var (code, output, error) = await platform.Run("policy", "diff", file);
        Assert.True(code == 0, error);
        Assert.Contains("+ policy of tenant acme for invoice data\n", output);
        Assert.Contains("+ fact platform-not-hk\n", output);
        Assert.Contains("~ rule content\n    obligations.encryption: \"recommended\" -> \"required\"\n", output);
        Assert.EndsWith("2 new, 1 changed, 0 the same\n", output);
        Assert.Equal(already, platform.Changes.Count);

        (code, output, error) = await platform.Run("policy", "apply", file);
        Assert.Equal(Usage, code);
        Assert.Contains("--yes", error);
        Assert.Equal(already, platform.Changes.Count);

        (code, output, error) = await platform.Run("policy", "apply", file, "--yes");
        Assert.True(code == 0, error);
        Assert.EndsWith("3 published, 0 were as the files say.\n", output);
        Assert.Equal(["PUT /residency/facts/platform-not-hk", "PUT /residency/rules/content", "POST /residency/policies"], platform.Changes.Skip(already));

        (code, output, _) = await platform.Run("policy", "apply", file, "--yes");
        Assert.Equal(0, code);
        Assert.EndsWith("Nothing to do: the platform is as the files say.\n", output);
        Assert.Equal(already + 3, platform.Changes.Count);

        platform.Write("team.json", File.ReadAllText(file).Replace("\"DE\"", "\"IN\"", StringComparison.Ordinal));
        (code, output, _) = await platform.Run("policy", "apply", file, "--yes", "--json");
        Assert.Equal(0, code);
        Assert.StartsWith("PUT /residency/policies/", platform.Changes[^1]);
        Assert.Equal(["policy of tenant acme for invoice data"], JsonSerializer.Deserialize<JsonElement>(output).GetProperty("done").EnumerateArray().Select(name => name.GetString()));
    }

    [Fact]
    public async Task What_the_platform_refuses_stops_it_and_says_what_was_done()
    {
        var file = platform.Write("refused.json", """
            {"facts": [
              {"id":"platform-first","kind":"platform-rule","instrument":"First"},
              {"id":"platform-forbidden","kind":"platform-rule","instrument":"Second"},
              {"id":"platform-third","kind":"platform-rule","instrument":"Third"}
            ]}
            """);
        var (code, _, error) = await platform.Run("policy", "apply", file, "--yes");

        Assert.Equal(Refused, code);
        Assert.Contains("fact platform-forbidden: Not this one. (fact-invalid)", error);
        Assert.Contains("1 of 3 were published before that and stay.", error);
    }

    [Fact]
    public async Task With_errors_nothing_is_applied()
    {
        var file = platform.Write("impossible.json", """{"policies":[{"mode":"single-country","parameters":{"country":"RU"},"validFrom":"2026-01-01T00:00:00Z","tenantId":"acme"}]}""");
        var (code, output, _) = await platform.Run("policy", "apply", file, "--yes");

        Assert.Equal(Refused, code);
        Assert.Contains("error impossible", output);
        Assert.EndsWith("Nothing was changed: mend the errors first.\n", output);
    }

    [Theory]
    [InlineData("policy", "check")]
    [InlineData("policy", "check", "no-such-file.json")]
    [InlineData("policy", "check", "GDPR", "--platform", "--against", "GDPR")]
    [InlineData("policy", "nonsense")]
    public async Task Wrong_usage_is_told_apart(params string[] arguments)
    {
        var (code, _, error) = await platform.Run([.. arguments.Select(argument => argument == "GDPR" ? Gdpr : argument)]);

        Assert.Equal(Usage, code);
        Assert.NotEmpty(error);
    }

    [Theory]
    [InlineData("policy", "diff")]
    [InlineData("policy", "apply")]
    [InlineData("policy", "check", "--platform")]
    public async Task Where_nothing_was_started_it_says_how_to(params string[] arguments)
    {
        var (code, _, error) = await GatewayDouble.Run(Path.Combine(Path.GetTempPath(), "no-such-state"), [.. arguments, Gdpr]);

        Assert.Equal(Unavailable, code);
        Assert.Contains("./sov up", error);
    }
}
