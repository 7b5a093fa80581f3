using System.Text;
using Sovereignty.Cli.Policy;
using Sovereignty.Evaluation;
using Sovereignty.Evaluation.Publishing;

namespace Sovereignty.Cli.Tests.Policy;

public sealed class PolicyPlanTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 6, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Facts_come_before_the_policies_that_name_their_groups()
    {
        var set = Set(("a.json", """
            {"policies":[{"mode":"regional","parameters":{"group":"NORDIC"},"validFrom":"2026-01-01T00:00:00Z"}],
             "facts":[{"id":"group-nordic","kind":"country-group","instrument":"Helsinki Treaty","group":"NORDIC","members":[{"country":"SE"},{"country":"FI"}]}]}
            """));
        var steps = PolicyPlan.Of(set.ToPublication(World()), World());

        Assert.Equal([("fact group-nordic", PlanAction.New), ("platform default policy", PlanAction.New)], steps.Select(step => (step.Name, step.Action)));
    }

    [Fact]
    public void What_says_the_same_in_another_form_is_the_same()
    {
        var before = Set(("a.json", """{"policies":[{"tenantId":"acme","mode":"single-country","parameters":{"country":"DE"},"validFrom":"2026-01-01T00:00:00Z","mechanisms":[]}]}""")).Over(World());
        var set = Set(("b.json", """{"policies":[{"validFrom":"2026-01-01T01:00:00+01:00","parameters":{"country":"DE","group":null},"mode":"single-country","tenantId":"acme"}]}"""));

        Assert.Equal(PlanAction.Same, Assert.Single(PolicyPlan.Of(set.ToPublication(before), before)).Action);
    }

    [Fact]
    public void A_change_is_told_member_by_member()
    {
        var before = Set(("a.json", """{"policies":[{"mode":"regional","parameters":{"group":"EU"},"validFrom":"2026-01-01T00:00:00Z"}]}""")).Over(World());
        var set = Set(("b.json", """{"policies":[{"mode":"regional","parameters":{"countries":["DE","FR"]},"validFrom":"2026-01-01T00:00:00Z","validTo":"2027-01-01T00:00:00Z"}]}"""));
        var step = Assert.Single(PolicyPlan.Of(set.ToPublication(before), before));

        Assert.Equal(PlanAction.Change, step.Action);
        Assert.Equal(
            [new("parameters.group", "\"EU\"", null), new("parameters.countries", null, """["DE","FR"]"""), new("validTo", null, "\"2027-01-01T00:00:00Z\"")],
            step.Members);
    }

    [Fact]
    public void A_finding_is_found_in_its_own_file()
    {
        var set = Set(("a.json", "{}"), ("b#1.json", "{\n  \"policies\": [\n    { \"mode\": \"single-country\", \"parameters\": { \"country\": \"DE\" }, \"validFrom\": \"2026-01-01T00:00:00Z\", \"validTo\": \"2027-01-01T00:00:00Z\" }\n  ]\n}"));
        var gap = CheckRun.Check(set, World(), Now).Single(placed => placed.Finding.Kind == FindingKinds.Gap);

        Assert.Equal(("b#1.json", "3:105", "/policies/0/validTo"), (gap.File, gap.Position.ToString(), gap.Finding.Place));
        Assert.StartsWith("b#1.json:3:105: warning gap: From 2027-01-01T00:00:00Z on, no policy decides", Findings.Describe(gap), StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_file_says_cannot_steer_the_terminal()
    {
        var set = Set(("a.json", """{"nam\u001b[2Je": 1}"""));

        Assert.DoesNotContain('\u001b', Findings.Describe(Assert.Single(set.Faults)));
    }

    private static PolicySnapshot World() => CheckRun.Offline(Now);

    private static PolicySet Set(params (string Path, string Text)[] files) => PolicySet.Of([.. files.Select(file => (file.Path, Encoding.UTF8.GetBytes(file.Text)))]);
}
